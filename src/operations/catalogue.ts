import type { ActiveAssignment, Eligibility, EligibleRow } from '../domain/assignment.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy.ts';
import type { Account, Call, Clock, SurfaceClient } from '../domain/ports.ts';
import { toRows } from '../domain/rows.ts';
import { keyOf, policyKeyOf, type Surface, type Target } from '../domain/target.ts';

/** What of a surface could not be read, and why: all of it, or only what is active. */
export interface Unread {
  readonly surface: Surface;
  readonly what: 'all' | 'active';
  readonly error: PimError;
}

export interface Reading {
  readonly rows: readonly EligibleRow[];
  readonly unread: readonly Unread[];
}

interface Lists {
  readonly at: Date;
  readonly eligibilities: readonly Eligibility[];
  readonly active: readonly ActiveAssignment[];
  readonly unread: readonly Unread[];
}

/** "Moments ago": a list this young need not be read again before an activation. */
const LISTS_LAST_MS = 60_000;
const POLICIES_LAST_MS = 300_000;
/** How long Microsoft's lists may lag behind an activation that it confirmed. */
const LAG_MS = 120_000;

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/**
 * A sign-in, a wrong setting or a cancel is not a surface's trouble: it ends the whole call. A 401 of
 * one surface is that surface's.
 */
function concernsAll(error: unknown): boolean {
  if (!isPimError(error)) return true;
  const { code, details } = error;
  const isSignIn = code.startsWith('sign-in') && details.status === undefined;
  return isSignIn || code === 'cancelled' || code === 'configuration';
}

/** An empty list would be a lie when nothing could be read at all. */
function nothingRead(unread: readonly Unread[]): PimError {
  const [first] = unread;
  const messages = new Set(unread.map(({ error }) => error.message));
  return new PimError(
    first?.error.code ?? 'upstream',
    `Neither groups nor roles could be read. ${[...messages].join(' ')}`,
    first?.error.details,
  );
}

/** What one surface answered; a list that could not be read is `null`, and named under `unread`. */
interface SurfaceAnswer {
  readonly eligibilities: readonly Eligibility[] | null;
  readonly active: readonly ActiveAssignment[] | null;
  readonly unread: readonly Unread[];
}

async function orFault<T>(work: Promise<T>): Promise<T | PimError> {
  try {
    return await work;
  } catch (error) {
    if (concernsAll(error) || !isPimError(error)) throw error;
    return error;
  }
}

/** Without its eligibilities a surface has nothing to show; without its active list, less. */
async function readSurface(client: SurfaceClient, call: Call): Promise<SurfaceAnswer> {
  const { surface } = client;
  const [eligibilities, active] = await Promise.all([
    orFault(client.eligibilities(call)),
    orFault(client.active(call)),
  ]);
  if (isPimError(eligibilities))
    return {
      eligibilities: null,
      active: null,
      unread: [{ surface, what: 'all', error: eligibilities }],
    };
  return isPimError(active)
    ? { eligibilities, active: null, unread: [{ surface, what: 'active', error: active }] }
    : { eligibilities, active, unread: [] };
}

/**
 * What the signed-in user may turn on, over all surfaces: read in one wave, surfaces failing apart,
 * and remembered for moments so that "list, then activate" does not ask twice.
 */
export class Catalogue {
  readonly #clients: readonly SurfaceClient[];
  readonly #clock: Clock;
  #owner: string | null = null;
  #lists: Lists | null = null;
  #policies = new Map<string, { at: Date; policy: Policy }>();
  #confirmed = new Map<string, { at: Date; assignment: ActiveAssignment }>();

  constructor(clients: readonly SurfaceClient[], clock: Clock) {
    this.#clients = clients;
    this.#clock = clock;
  }

  /** Whose eligibilities these are. Another account than before: nothing known counts any more. */
  belongTo({ tenantId, objectId }: Account): void {
    const owner = `${tenantId}|${objectId}`;
    if (this.#owner !== owner) this.forgetAll();
    this.#owner = owner;
  }

  client(surface: Surface): SurfaceClient {
    const found = this.#clients.find((client) => client.surface === surface);
    if (!found) throw new TypeError(`no client for surface ${surface}`);
    return found;
  }

  /** Reads every list now. */
  async read(call: Call): Promise<Reading> {
    const answers = await Promise.all(this.#clients.map((client) => readSurface(client, call)));
    const unread = answers.flatMap((answer) => answer.unread);
    if (answers.every(({ eligibilities }) => eligibilities === null)) throw nothingRead(unread);
    const lists: Lists = {
      at: this.#clock.now(),
      eligibilities: answers.flatMap(({ eligibilities }) => eligibilities ?? []),
      active: answers.flatMap(({ active }) => active ?? []),
      unread,
    };
    this.#lists = lists;
    return this.#toReading(lists);
  }

  /** Lists read moments ago, if all surfaces were readable then; else reads them now. */
  async recent(call: Call): Promise<Reading> {
    const lists = this.#lists;
    const isFresh = lists && this.#age(lists.at) < LISTS_LAST_MS && lists.unread.length === 0;
    return isFresh ? this.#toReading(lists) : this.read(call);
  }

  /**
   * Asks for the policies of an id beside the lists: one round trip less for who names an id.
   * Anything else is no id, and nothing is asked.
   */
  async prefetchPolicies(name: string, call: Call): Promise<void> {
    const id = name.trim();
    if (!GUID.test(id)) return;
    const known = [...this.#policies.keys()].some((key) => key.includes(id.toLowerCase()));
    if (known) return;
    const found = await Promise.all(this.#clients.map((client) => client.policiesById(id, call)));
    for (const policies of found)
      for (const [key, policy] of policies) this.#keepPolicy(key, policy);
  }

  /** The policy of a target, read moments ago or now. Unreadable is an answer, and not remembered. */
  async policy(target: Target, call: Call): Promise<Policy> {
    const key = policyKeyOf(target);
    const kept = this.#policies.get(key);
    if (kept && this.#age(kept.at) < POLICIES_LAST_MS) return kept.policy;
    const policy = await this.client(target.kind).policy(target, call);
    this.#keepPolicy(key, policy);
    return policy;
  }

  /** Microsoft confirmed this activation; its lists may not show it for a while, ours do. */
  confirm(target: Target, until: Date | null): void {
    this.#confirmed.set(keyOf(target), {
      at: this.#clock.now(),
      assignment: { target, assignmentType: 'activated', endTime: until },
    });
  }

  /** Lists that an activation has made old. */
  forgetLists(): void {
    this.#lists = null;
  }

  /** Everything that belongs to one account: after a sign-out or another sign-in. */
  forgetAll(): void {
    this.#lists = null;
    this.#policies = new Map();
    this.#confirmed = new Map();
  }

  #keepPolicy(key: string, policy: Policy): void {
    if (policy.unreadable === null) this.#policies.set(key, { at: this.#clock.now(), policy });
  }

  #age(at: Date): number {
    return this.#clock.now().getTime() - at.getTime();
  }

  #toReading(lists: Lists): Reading {
    const confirmed = [...this.#confirmed.values()]
      .filter(({ at }) => this.#age(at) < LAG_MS)
      .map(({ assignment }) => assignment);
    const stateless = new Set(lists.unread.map(({ surface }) => surface));
    const active = [...lists.active, ...confirmed];
    const rows = toRows(lists.eligibilities, active, this.#clock.now(), stateless);
    return { rows, unread: lists.unread };
  }
}
