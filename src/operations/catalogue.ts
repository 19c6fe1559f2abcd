import type {
  ActiveAssignment,
  ActiveRow,
  Eligibility,
  EligibleRow,
  Holding,
} from '../domain/assignment.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy.ts';
import type { Account, Call, Clock, SurfaceClient } from '../domain/ports.ts';
import { toActiveRows, toRows } from '../domain/rows.ts';
import { keyOf, policyKeyOf, SURFACES, type Surface, type Target } from '../domain/target.ts';
import { orFault, type Unread } from './unread.ts';

export interface Reading {
  readonly rows: readonly EligibleRow[];
  /** What is on now, in whatever way. */
  readonly active: readonly ActiveRow[];
  readonly unread: readonly Unread[];
}

/** What is on now, and what of it could not be read. */
export type ActiveReading = Pick<Reading, 'active' | 'unread'>;

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

/** An empty list would be a lie when nothing could be read at all. */
function nothingRead(unread: readonly Unread[]): PimError {
  const [first] = unread;
  const messages = new Set(unread.map(({ error }) => error.message));
  return new PimError(
    first?.error.code ?? 'upstream',
    `Nothing could be read. ${[...messages].join(' ')}`,
    first?.error.details,
  );
}

/** It will be so again in a moment: no reason to ask again. */
function isStanding({ surface, error }: Unread): boolean {
  return (
    error.code === 'consent-missing' || (surface === 'azure' && error.code === 'sign-in-required')
  );
}

/** What one surface answered; a list that could not be read is `null`, and named under `unread`. */
interface SurfaceAnswer {
  readonly eligibilities: readonly Eligibility[] | null;
  readonly active: readonly ActiveAssignment[] | null;
  readonly unread: readonly Unread[];
}

/** Without its eligibilities a surface has nothing to show; without its active list, less. */
async function readSurface(client: SurfaceClient, call: Call): Promise<SurfaceAnswer> {
  const { surface } = client;
  const [eligibilities, active] = await Promise.all([
    orFault(surface, client.eligibilities(call)),
    orFault(surface, client.active(call)),
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
 * What one signed-in user may turn on, over all surfaces: read in one wave, surfaces failing apart,
 * and remembered for moments so that "list, then activate" does not ask twice.
 */
export class Catalogue {
  readonly #clients: readonly SurfaceClient[];
  readonly #clock: Clock;
  #lists: Lists | null = null;
  #policies = new Map<string, { at: Date; policy: Policy }>();
  #confirmed = new Map<string, { at: Date; assignment: ActiveAssignment }>();
  #ended = new Map<string, Date>();

  constructor(clients: readonly SurfaceClient[], clock: Clock) {
    this.#clients = clients;
    this.#clock = clock;
  }

  client(surface: Surface): SurfaceClient {
    const found = this.#clients.find((client) => client.surface === surface);
    if (!found) throw new TypeError(`no client for surface ${surface}`);
    return found;
  }

  get surfaces(): readonly Surface[] {
    return this.#clients.map(({ surface }) => surface);
  }

  /** Reads the lists now: all of them, or those of some surfaces. */
  async read(call: Call, surfaces: readonly Surface[] = SURFACES): Promise<Reading> {
    const clients = this.#clients.filter(({ surface }) => surfaces.includes(surface));
    const answers = await Promise.all(clients.map((client) => readSurface(client, call)));
    const unread = answers.flatMap((answer) => answer.unread);
    if (answers.every(({ eligibilities }) => eligibilities === null)) throw nothingRead(unread);
    const lists: Lists = {
      at: this.#clock.now(),
      eligibilities: answers.flatMap(({ eligibilities }) => eligibilities ?? []),
      active: answers.flatMap(({ active }) => active ?? []),
      unread,
    };
    if (clients.length === this.#clients.length) this.#lists = lists;
    return this.#toReading(lists);
  }

  /** Reads what is on now, and nothing else. @throws PimError when no surface could be read */
  async readActive(call: Call, surfaces: readonly Surface[] = SURFACES): Promise<ActiveReading> {
    const clients = this.#clients.filter(({ surface }) => surfaces.includes(surface));
    const answers = await Promise.all(
      clients.map(async (client) => ({
        surface: client.surface,
        active: await orFault(client.surface, client.active(call)),
      })),
    );
    const unread = answers.flatMap(({ surface, active }): Unread[] =>
      isPimError(active) ? [{ surface, what: 'all', error: active }] : [],
    );
    if (unread.length === answers.length) throw nothingRead(unread);
    const listed = answers.flatMap(({ active }) => (isPimError(active) ? [] : active));
    return { active: toActiveRows(this.#active(listed), this.#clock.now()), unread };
  }

  /** Lists read moments ago, if nothing passing kept surfaces from us then; else reads them now. */
  async recent(call: Call): Promise<Reading> {
    const lists = this.#lists;
    const isWhole = lists?.unread.every(isStanding) ?? false;
    const isFresh = isWhole && lists && this.#age(lists.at) < LISTS_LAST_MS;
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
  confirm({ target, name, scope }: Holding, until: Date | null): void {
    const at = this.#clock.now();
    this.#ended.delete(keyOf(target));
    this.#confirmed.set(keyOf(target), {
      at,
      assignment: {
        target,
        name,
        scope,
        memberType: 'Direct',
        through: null,
        assignmentType: 'activated',
        startTime: at,
        endTime: until,
      },
    });
  }

  /** Microsoft confirmed this deactivation; its lists may go on showing the activation for a while. */
  confirmEnd(target: Target): void {
    this.#confirmed.delete(keyOf(target));
    this.#ended.set(keyOf(target), this.#clock.now());
  }

  endedRecently(target: Target): boolean {
    const endedAt = this.#ended.get(keyOf(target));
    return endedAt !== undefined && this.#age(endedAt) < LAG_MS;
  }

  /** Lists that an activation has made old. */
  forgetLists(): void {
    this.#lists = null;
  }

  #keepPolicy(key: string, policy: Policy): void {
    if (policy.unreadable === null) this.#policies.set(key, { at: this.#clock.now(), policy });
  }

  #age(at: Date): number {
    return this.#clock.now().getTime() - at.getTime();
  }

  /** Still listed, although Microsoft confirmed moments ago that it is off. */
  #isGhost({ target, assignmentType, startTime }: ActiveAssignment): boolean {
    const endedAt = this.#ended.get(keyOf(target));
    if (endedAt === undefined || assignmentType !== 'activated') return false;
    return this.endedRecently(target) && (startTime === null || startTime < endedAt);
  }

  /** What the lists say, with what Microsoft confirmed and they do not show yet. */
  #active(all: readonly ActiveAssignment[]): ActiveAssignment[] {
    const listed = all.filter((assignment) => !this.#isGhost(assignment));
    const keys = new Set(
      listed
        .filter(({ assignmentType }) => assignmentType === 'activated')
        .map(({ target }) => keyOf(target)),
    );
    const confirmed = [...this.#confirmed.values()]
      .filter(({ at, assignment }) => this.#age(at) < LAG_MS && !keys.has(keyOf(assignment.target)))
      .map(({ assignment }) => assignment);
    return [...listed, ...confirmed];
  }

  #toReading(lists: Lists): Reading {
    const stateless = new Set(lists.unread.map(({ surface }) => surface));
    const active = this.#active(lists.active);
    const now = this.#clock.now();
    return {
      rows: toRows(lists.eligibilities, active, now, stateless),
      active: toActiveRows(active, now),
      unread: lists.unread,
    };
  }
}

/** What is remembered of each account that was signed in. Nothing of one is ever shown to another. */
export class Catalogues {
  readonly #clients: readonly SurfaceClient[];
  readonly #clock: Clock;
  #owned = new Map<string, Catalogue>();

  constructor(clients: readonly SurfaceClient[], clock: Clock) {
    this.#clients = clients;
    this.#clock = clock;
  }

  of({ tenantId, objectId }: Account): Catalogue {
    const owner = `${tenantId}|${objectId}`;
    const catalogue = this.#owned.get(owner) ?? new Catalogue(this.#clients, this.#clock);
    this.#owned.set(owner, catalogue);
    return catalogue;
  }

  /** After a sign-out or another sign-in. */
  forgetAll(): void {
    this.#owned = new Map();
  }
}
