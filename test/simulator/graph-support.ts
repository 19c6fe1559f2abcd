import * as z from 'zod';
import { type Behaviour, DEFAULT_BEHAVIOUR } from '../../src/simulator/behaviour.ts';
import { createGraph } from '../../src/simulator/graph/handler.ts';
import { type Journal, memoryJournal } from '../../src/simulator/journal.ts';
import { contosoScenario, type Scenario } from '../../src/simulator/scenario.ts';
import { openTenant, type Tenant } from '../../src/simulator/tenant.ts';
import type { Caller } from '../../src/simulator/world.ts';
import { TEST_START } from '../support/fake-clock.ts';

export const GROUPS = '/identityGovernance/privilegedAccess/group';
export const ROLES = '/roleManagement/directory';
export const POLICIES = '/policies/roleManagementPolicyAssignments';
export const MINE = "filterByCurrentUser(on='principal')";

const company = contosoScenario();

function idOf(name: string): string {
  const all = [...company.groups, ...company.roleDefinitions, ...company.administrativeUnits];
  const one = [...company.users, ...all].find(({ displayName }) => displayName === name);
  if (!one) throw new Error(`nothing in the scenario is called ${name}`);
  return one.id;
}

/** Ids of the Contoso scenario by name. */
export const ADA = idOf('Ada Lindgren');
export const MARCUS = idOf('Marcus Okafor');
export const NOOR = idOf('Noor Haddad');
export const PRODUCTION_SUPPORT = idOf('Production Support');
export const FINANCE_REPORTING = idOf('Finance Reporting');
export const PAYMENTS_OPERATORS = idOf('Payments Operators');
export const LEGACY_BATCH_JOBS = idOf('Legacy Batch Jobs');
export const IDENTITY_OPERATIONS = idOf('Identity Operations');
export const GRID_NORTH = `/administrativeUnits/${idOf('Grid North')}`;
export const GRID_SOUTH = `/administrativeUnits/${idOf('Grid South')}`;
export const HELPDESK_GROUP =
  company.groups.find(({ displayName }) => displayName === 'Helpdesk Administrator')?.id ?? '';
export const ROLE = Object.fromEntries(
  company.roleDefinitions.map(({ displayName, id }) => [displayName, id]),
);

export const ALL_SCOPES = [
  'User.Read',
  'Group.Read.All',
  'AdministrativeUnit.Read.All',
  'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
  'PrivilegedEligibilitySchedule.Read.AzureADGroup',
  'RoleManagementPolicy.Read.AzureADGroup',
  'RoleEligibilitySchedule.Read.Directory',
  'RoleAssignmentSchedule.ReadWrite.Directory',
  'RoleManagementPolicy.Read.Directory',
];

export interface Given {
  readonly behaviour?: Partial<Behaviour>;
  readonly scenario?: Scenario;
  readonly journal?: Journal;
  readonly start?: Date;
}

interface Sent {
  /** Object id of the caller; Ada when left out. */
  readonly as?: string;
  readonly scopes?: readonly string[];
  readonly amr?: readonly string[];
  readonly acrs?: readonly string[];
  /** `cp1` when left out, as the product's own tokens. */
  readonly capabilities?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly version?: string;
}

export type Row = Readonly<Record<string, unknown>>;

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Row;
}

export interface Service {
  readonly tenant: Tenant;
  readonly journal: Journal;
  advance(seconds: number): void;
  get(path: string, sent?: Sent): Promise<Answered>;
  post(path: string, body: unknown, sent?: Sent): Promise<Answered>;
  patch(path: string, body: unknown, sent?: Sent): Promise<Answered>;
}

const object = z.record(z.string(), z.unknown());

/** The tenant and its Graph, called without a network. Time stands still until `advance`. */
export function service(given: Given = {}): Service {
  const { scenario = company, journal = memoryJournal(), start = TEST_START } = given;
  let time = start.getTime();
  const tenant = openTenant({ scenario, journal, clock: { now: () => new Date(time) } });
  const graph = createGraph(tenant, { ...DEFAULT_BEHAVIOUR, ...given.behaviour });

  async function send(
    method: string,
    path: string,
    { body, ...sent }: Sent & { body?: unknown },
  ): Promise<Answered> {
    const url = new URL(`http://graph.test${sent.version ?? '/v1.0'}${path}`);
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
    const headers = { authorization: 'Bearer x', ...type, ...sent.headers };
    const answer = await graph({ method, url, headers, body: text }, () =>
      Promise.resolve(callerOf(sent)),
    );
    return { ...answer, body: answer.body === '' ? {} : object.parse(JSON.parse(answer.body)) };
  }

  return {
    tenant,
    journal,
    advance: (seconds) => {
      time += seconds * 1000;
    },
    get: (path, sent = {}) => send('GET', path, sent),
    post: (path, body, sent = {}) => send('POST', path, { ...sent, body }),
    patch: (path, body, sent = {}) => send('PATCH', path, { ...sent, body }),
  };
}

function callerOf(sent: Sent): Caller | null {
  const { as = ADA, scopes = ALL_SCOPES, amr = ['pwd'], acrs = [], capabilities = ['cp1'] } = sent;
  if (as === '') return null;
  const tenantId = company.tenant.id;
  return { objectId: as, tenantId, username: 'x', clientId: 'y', scopes, amr, acrs, capabilities };
}

const page = z.object({ value: z.array(object), '@odata.nextLink': z.string().optional() });

export function rowsOf({ body }: Answered): Row[] {
  return page.parse(body).value;
}

export function nextLinkOf({ body }: Answered): string | undefined {
  return page.parse(body)['@odata.nextLink'];
}

const failure = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    innerError: z.object({
      date: z.string(),
      'request-id': z.string(),
      'client-request-id': z.string(),
    }),
  }),
});

export function errorOf({ body }: Answered): z.infer<typeof failure>['error'] {
  return failure.parse(body).error;
}

/** `400 RoleAssignmentExists`, or the bare status where there was no error. */
export function verdictOf(answer: Answered): string {
  return 'error' in answer.body
    ? `${answer.status} ${errorOf(answer).code}`
    : String(answer.status);
}

const text = z.string();

export function textOf(row: Row | undefined, name: string): string {
  return text.parse(row?.[name]);
}

export function scheduleInfo(changes: Row = {}): Row {
  return {
    startDateTime: TEST_START.toISOString(),
    expiration: { type: 'afterDuration', duration: 'PT1H' },
    ...changes,
  };
}

/** An activation that the policy of Production Support lets through. */
export function groupOrder(changes: Row = {}): Row {
  return {
    action: 'selfActivate',
    principalId: ADA,
    groupId: PRODUCTION_SUPPORT,
    accessId: 'member',
    justification: 'INC-4711',
    scheduleInfo: scheduleInfo(),
    ...changes,
  };
}

/** An activation that the policy of User Administrator lets through. */
export function roleOrder(changes: Row = {}): Row {
  return {
    action: 'selfActivate',
    principalId: ADA,
    roleDefinitionId: ROLE['User Administrator'],
    directoryScopeId: GRID_NORTH,
    justification: 'New starters',
    scheduleInfo: scheduleInfo(),
    ...changes,
  };
}

export const GROUP_REQUESTS = `${GROUPS}/assignmentScheduleRequests`;
export const ROLE_REQUESTS = `${ROLES}/roleAssignmentScheduleRequests`;
const ACTIVE_GROUPS = `${GROUPS}/assignmentScheduleInstances/${MINE}`;
export const ACTIVE_ROLES = `${ROLES}/roleAssignmentScheduleInstances/${MINE}`;

export async function activate(graph: Service, changes: Row = {}, as = ADA): Promise<string> {
  return textOf((await graph.post(GROUP_REQUESTS, groupOrder(changes), { as })).body, 'id');
}

export async function activateRole(graph: Service, changes: Row = {}): Promise<string> {
  return textOf((await graph.post(ROLE_REQUESTS, roleOrder(changes))).body, 'id');
}

/** A role that Marcus must approve. */
export async function waitingRole(graph: Service): Promise<string> {
  const order = roleOrder({
    roleDefinitionId: ROLE['Privileged Role Administrator'],
    directoryScopeId: '/',
  });
  return textOf((await graph.post(ROLE_REQUESTS, order, { amr: ['mfa'] })).body, 'id');
}

export async function statusOf(
  graph: Service,
  id: string,
  requests = GROUP_REQUESTS,
): Promise<unknown> {
  return (await graph.get(`${requests}/${id}`)).body['status'];
}

export async function activeGroups(graph: Service): Promise<unknown[]> {
  const rows = rowsOf(await graph.get(`${ACTIVE_GROUPS}?$filter=assignmentType eq 'activated'`));
  return rows.map((row) => row['groupId']);
}
