import { derivedId } from './identifiers.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { Scenario } from './scenario.ts';
import type { SimClock } from './world.ts';

/** All that an answer may depend on. Equal states give equal answers. */
export interface TenantState {
  readonly scenario: Scenario;
  /** What had happened by `now`, oldest first. */
  readonly entries: readonly JournalEntry[];
  readonly now: Date;
}

/** What a write decided: an entry to keep (or none) and what to answer. */
export interface Decided<T> {
  readonly entry: JournalEntry | null;
  readonly answer: T;
}

export interface Tenant {
  readonly scenario: Scenario;
  state(): TenantState;
  /**
   * Decides on the newest state and keeps the entry. One at a time: two equal requests that arrive
   * together see each other. Whatever `decide` throws is passed on and nothing is kept.
   */
  write<T>(decide: (state: TenantState) => Decided<T>): Promise<T>;
}

export interface TenantParts {
  readonly scenario: Scenario;
  readonly clock: SimClock;
  readonly journal: Journal;
}

/** The state as a pure function of its three inputs. */
export function stateOf(
  scenario: Scenario,
  entries: readonly JournalEntry[],
  now: Date,
): TenantState {
  return { scenario, now, entries: entries.filter((entry) => new Date(entry.at) <= now) };
}

export function openTenant({ scenario, clock, journal }: TenantParts): Tenant {
  const state = (): TenantState => stateOf(scenario, journal.entries(), clock.now());
  let last: Promise<unknown> = Promise.resolve();

  async function writeNow<T>(decide: (state: TenantState) => Decided<T>): Promise<T> {
    const { entry, answer } = decide(state());
    if (entry) await journal.append(entry);
    return answer;
  }

  return {
    scenario,
    state,
    write: (decide) => {
      const mine = last.then(() => writeNow(decide));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** An id for the next entry: follows from the tenant, the entry's place and what it is about. */
export function nextId(state: TenantState, ...about: readonly string[]): string {
  const place = String(state.entries.length);
  return derivedId(state.scenario.tenant.id, place, state.now.toISOString(), ...about);
}
