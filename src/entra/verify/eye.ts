import { isPimError, PimError } from '../../domain/errors.ts';
import { missingPermissions, RESOURCE_OF } from '../../domain/permissions.ts';
import type { AccessToken, Call, Clock, Resource } from '../../domain/ports.ts';
import type { Surface } from '../../domain/target.ts';
import { isCode } from '../../domain/text.ts';
import { sendAuthorised, type ServiceOptions } from '../authorised.ts';
import { listAt, MINE, ROOT } from '../azure/paths.ts';
import { parseJson, readFault } from '../error-body.ts';
import { failureOf } from '../errors.ts';
import { readPages } from '../http/page.ts';
import { persist } from '../http/retry.ts';
import type { Answer } from '../http/send.ts';
import { forMyDecision, mine } from '../odata.ts';
import { isSuccess } from '../service.ts';
import { flat, rowOf, textIn, type Row } from './rows.ts';

const GROUPS = '/v1.0/identityGovernance/privilegedAccess/group';
const ROLES = '/v1.0/roleManagement/directory';

/** The lists that the program itself reads. */
export const LISTS = {
  group: {
    eligible: mine(`${GROUPS}/eligibilityScheduleInstances`),
    active: mine(`${GROUPS}/assignmentScheduleInstances`),
    requests: mine(`${GROUPS}/assignmentScheduleRequests`),
    awaiting: forMyDecision(`${GROUPS}/assignmentScheduleRequests`),
  },
  directory: {
    eligible: mine(`${ROLES}/roleEligibilityScheduleInstances`),
    active: mine(`${ROLES}/roleAssignmentScheduleInstances`),
    requests: mine(`${ROLES}/roleAssignmentScheduleRequests`),
    awaiting: forMyDecision(`${ROLES}/roleAssignmentScheduleRequests`),
  },
  azure: {
    eligible: listAt(ROOT, 'roleEligibilityScheduleInstances', MINE),
    active: listAt(ROOT, 'roleAssignmentScheduleInstances', MINE),
    requests: listAt(ROOT, 'roleAssignmentScheduleRequests', MINE),
    awaiting: listAt(ROOT, 'roleAssignmentScheduleRequests', 'asApprover()'),
  },
} as const satisfies Record<Surface, Record<string, string>>;

export type ListName = keyof (typeof LISTS)['group'];

/** An answer, also one that refuses. */
export interface Sight {
  readonly status: number;
  readonly header: Answer['header'];
  readonly body: Row;
  /** The rows of this page, with what Azure keeps one level down; none where it is no list. */
  readonly rows: readonly Row[];
  /** Address of the next page, as it came. */
  readonly next: string | null;
  /** The code of an error; `null` where the answer holds none. */
  readonly code: string | null;
  readonly milliseconds: number;
  /** When it came, by our clock. */
  readonly at: Date;
  /** @throws PimError what the program would make of it, unless it is a success */
  readonly demand: () => Sight;
}

/** Looks with GETs and without a window. What was looked at in this run is not asked again. */
export interface Eye {
  readonly clock: Clock;
  readonly origin: (resource: Resource) => string;
  token(resource: Resource): Promise<AccessToken>;
  /** @throws PimError of the sign-in, or when no answer came that says anything */
  see(resource: Resource, path: string): Promise<Sight>;
  /** Rows of the first pages. @throws PimError also for a refusal */
  rows(surface: Surface, path: string): Promise<readonly Row[]>;
  list(surface: Surface, list: ListName): Promise<readonly Row[]>;
  /** Those whose lists may be read. @throws PimError `consent-missing` when there are none */
  readable(surfaces: readonly Surface[]): Promise<readonly Surface[]>;
}

/** Enough to see how a list is, in a tenant with thousands of rows too. */
const PAGES = 5;
const READ_LIMIT_SECONDS = 20;
const TOTAL_LIMIT_SECONDS = 60;

function codeOf(text: string): string {
  return text === '' || isCode(text) ? text : 'odd';
}

function toSight(answer: Answer, milliseconds: number, now: Date): Sight {
  const body = rowOf(parseJson(answer.body));
  const { value } = body;
  const fault = readFault(answer);
  const sight: Sight = {
    status: answer.status,
    header: answer.header,
    body,
    rows: Array.isArray(value) ? value.map((row) => flat(rowOf(row))) : [],
    next: textIn(body, '@odata.nextLink') ?? textIn(body, 'nextLink'),
    code: fault === undefined ? null : codeOf(fault.code),
    milliseconds,
    at: now,
    demand: () => {
      if (!isSuccess(answer)) throw failureOf(answer, now);
      return sight;
    },
  };
  return sight;
}

/** An answer that says nothing about what was asked: busy, broken, or a token that is over. */
function isTrouble({ status }: Answer): boolean {
  return status >= 500 || status === 429 || status === 401;
}

type Look = (path: string) => Promise<Sight>;

function createLook(options: ServiceOptions, call: Call): Look {
  const { clock } = options;
  const known = new Map<string, Promise<Sight>>();
  let unreached: PimError | null = null;
  async function look(path: string): Promise<Sight> {
    // A host that was tried in vain, several times, is not tried again for each look.
    if (unreached !== null) throw unreached;
    const deadline = new Date(clock.now().getTime() + TOTAL_LIMIT_SECONDS * 1000);
    let begun = clock.now();
    const prepare = () => {
      begun = clock.now();
      const method = 'GET' as const;
      return { path, method, signal: call.signal, timeLimitSeconds: READ_LIMIT_SECONDS };
    };
    const attempt = () => sendAuthorised(options, { call, prepare });
    const result = await persist(attempt, () => deadline, options, call);
    if (result.kind === 'lost') {
      unreached = result.error;
      throw result.error;
    }
    const now = clock.now();
    if (isTrouble(result.answer)) throw failureOf(result.answer, now);
    return toSight(result.answer, now.getTime() - begun.getTime(), now);
  }
  return (path) => {
    const sight = known.get(path) ?? look(path);
    known.set(path, sight);
    return sight;
  };
}

function consentMissing(missingScopes: readonly string[]): PimError {
  const message = 'The app you signed in with lacks a permission for this.';
  return new PimError('consent-missing', message, { missingScopes });
}

export type EyeOptions = Readonly<Record<Resource, ServiceOptions>>;

export function openEye(options: EyeOptions, caller: Call): Eye {
  const { clock, signIn } = options.graph;
  const call = { ...caller, isSilent: true };
  const looks = { graph: createLook(options.graph, call), arm: createLook(options.arm, call) };
  const token: Eye['token'] = (resource) => signIn.token({ ...call, resource });
  const see: Eye['see'] = (resource, path) => looks[resource](path);

  async function rows(surface: Surface, path: string): Promise<readonly Row[]> {
    const get = async (each: string) => (await see(RESOURCE_OF[surface], each)).demand().body;
    const limit = { pages: PAGES, beyond: 'ignore' } as const;
    const all = await readPages({ get, take: (page) => page }, path, limit);
    return all.map((row) => flat(rowOf(row)));
  }

  async function whyUnreadable(surface: Surface): Promise<PimError | null> {
    try {
      const { scopes } = await token(RESOURCE_OF[surface]);
      const missing = missingPermissions(surface, 'list', scopes);
      return missing.length === 0 ? null : consentMissing(missing);
    } catch (error) {
      if (!isPimError(error) || error.code === 'cancelled') throw error;
      return error;
    }
  }

  return {
    clock,
    origin: (resource) => options[resource].address.origin,
    token,
    see,
    rows,
    list: (surface, list) => rows(surface, LISTS[surface][list]),
    async readable(surfaces) {
      const readable: Surface[] = [];
      const reasons: PimError[] = [];
      for (const surface of surfaces) {
        const reason = await whyUnreadable(surface);
        if (reason === null) readable.push(surface);
        else reasons.push(reason);
      }
      if (readable.length === 0) throw reasons[0];
      return readable;
    },
  };
}
