import * as z from 'zod';
import {
  type AzureBehaviour,
  DEFAULT_AZURE_BEHAVIOUR,
} from '../../src/simulator/azure/azure-behaviour.ts';
import { createArm } from '../../src/simulator/azure/handler.ts';
import { type Behaviour, DEFAULT_BEHAVIOUR } from '../../src/simulator/behaviour.ts';
import { createGraph } from '../../src/simulator/graph/handler.ts';
import type { ArmToken } from '../../src/simulator/identity/tokens.ts';
import { type Journal, memoryJournal } from '../../src/simulator/journal.ts';
import { contosoScenario, type Scenario } from '../../src/simulator/scenario.ts';
import { openTenant, type Tenant } from '../../src/simulator/tenant.ts';
import type { Caller } from '../../src/simulator/world.ts';
import { TEST_START } from '../support/fake-clock.ts';
import { ADA, ALL_SCOPES, type Row } from './graph-support.ts';

const company = contosoScenario();

function scopeOf(name: string): string {
  const scope = company.azure.scopes.find(({ displayName }) => displayName === name);
  if (!scope) throw new Error(`no Azure scope is called ${name}`);
  return scope.id;
}

/** Scopes and roles of the Contoso scenario by name. */
export const GRID = scopeOf('Grid');
export const GRID_PRODUCTION = scopeOf('Grid Production');
export const GRID_TEST = scopeOf('Grid Test');
export const FINANCE = scopeOf('Finance');
export const RG_SCADA = scopeOf('rg-scada');
export const RG_BILLING = scopeOf('rg-billing');
export const RG_SANDBOX = scopeOf('rg-sandbox');
export const KV_SCADA = scopeOf('kv-scada');
export const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
export const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
export const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
export const VM_CONTRIBUTOR = '9980e02c-c2be-4d73-94e8-173b1dc7cf3c';
export const KEY_VAULT_ADMINISTRATOR = '00482a5a-887f-4fb3-b363-3b7fe8e74483';

const PROVIDER = '/providers/Microsoft.Authorization';
const VERSION = 'api-version=2020-10-01';
export const ELIGIBLE = 'roleEligibilityScheduleInstances';
export const ACTIVE = 'roleAssignmentScheduleInstances';
export const REQUESTS = 'roleAssignmentScheduleRequests';

/** An address: `at(GRID, 'things', '$filter=…')`; `''` is the root. */
export function at(scope: string, path: string, query = '', version = VERSION): string {
  return `${scope}${PROVIDER}/${path}?${[version, query].filter(Boolean).join('&')}`;
}

export const MINE = '$filter=asTarget()';

interface Given {
  readonly azure?: Partial<AzureBehaviour>;
  readonly behaviour?: Partial<Behaviour>;
  readonly scenario?: Scenario;
  readonly journal?: Journal;
  readonly start?: Date;
}

interface Sent {
  /** Object id of the caller; Ada when left out. */
  readonly as?: string;
  readonly amr?: readonly string[];
  readonly acrs?: readonly string[];
  /** `cp1` when left out, as the product's own tokens. */
  readonly capabilities?: readonly string[];
  readonly scopes?: readonly string[];
  /** When continuous access evaluation ended the token. */
  readonly outdatedAt?: Date;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong with the token. */
  readonly token?: Exclude<ArmToken['kind'], 'accepted'>;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Row;
}

export interface ArmService {
  readonly tenant: Tenant;
  readonly journal: Journal;
  advance(seconds: number): void;
  send(method: string, address: string, body?: unknown, sent?: Sent): Promise<Answered>;
  get(address: string, sent?: Sent): Promise<Answered>;
  /** A group's activation, over Graph. */
  activateGroup(groupId: string): Promise<number>;
}

const object = z.record(z.string(), z.unknown());

function callerOf(sent: Sent): Caller {
  const {
    as = ADA,
    scopes = ['user_impersonation'],
    amr = ['pwd'],
    acrs = [],
    capabilities = ['cp1'],
    outdatedAt,
  } = sent;
  const username = company.users.find(({ id }) => id === as)?.userPrincipalName ?? 'nobody';
  return {
    objectId: as,
    tenantId: company.tenant.id,
    username,
    clientId: 'y',
    scopes,
    amr,
    acrs,
    capabilities,
    outdatedAt,
  };
}

/** The tenant and its ARM, called without a network. Time stands still until `advance`. */
export function armService(given: Given = {}): ArmService {
  const { scenario = company, journal = memoryJournal(), start = TEST_START } = given;
  let time = start.getTime();
  const tenant = openTenant({ scenario, journal, clock: { now: () => new Date(time) } });
  const behaviour = { ...DEFAULT_BEHAVIOUR, ...given.behaviour };
  const azure = { ...DEFAULT_AZURE_BEHAVIOUR, ...given.azure };
  const arm = createArm(tenant, { graph: behaviour, azure });

  const send: ArmService['send'] = async (method, address, body, sent = {}) => {
    const url = new URL(`http://arm.test${address}`);
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
    const token: ArmToken = sent.token
      ? { kind: sent.token }
      : { kind: 'accepted', caller: callerOf(sent) };
    const request = { method, url, headers: { ...type, ...sent.headers }, body: text };
    const answer = await arm(request, () => Promise.resolve(token));
    return { ...answer, body: answer.body === '' ? {} : object.parse(JSON.parse(answer.body)) };
  };

  return {
    tenant,
    journal,
    advance: (seconds) => {
      time += seconds * 1000;
    },
    send,
    get: (address, sent = {}) => send('GET', address, undefined, sent),
    activateGroup: async (groupId) => {
      const graph = createGraph(tenant, behaviour);
      const path = '/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleRequests';
      const wish = {
        action: 'selfActivate',
        principalId: ADA,
        groupId,
        accessId: 'member',
        justification: 'For Azure',
        scheduleInfo: { expiration: { type: 'afterDuration', duration: 'PT1H' } },
      };
      const request = {
        method: 'POST',
        url: new URL(`http://graph.test${path}`),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(wish),
      };
      const caller = callerOf({ scopes: ALL_SCOPES });
      return (await graph(request, () => Promise.resolve(caller))).status;
    },
  };
}

const page = z.object({ value: z.array(object), nextLink: z.string().optional() });

export function rowsOf({ body }: Answered): Row[] {
  return page.parse(body).value;
}

export function nextLinkOf({ body }: Answered): string | undefined {
  return page.parse(body).nextLink;
}

export function propertiesOf(row: Row | undefined): Row {
  return object.parse(row?.['properties']);
}

const failure = z.object({ error: z.strictObject({ code: z.string(), message: z.string() }) });

export function errorOf({ body }: Answered): z.infer<typeof failure>['error'] {
  return failure.parse(body).error;
}

/** `400 RoleAssignmentExists`, or the status of the request, or the bare HTTP status. */
export function verdictOf(answer: Answered): string {
  if ('error' in answer.body) return `${answer.status} ${errorOf(answer).code}`;
  const { status = '' } = 'properties' in answer.body ? propertiesOf(answer.body) : {};
  return `${answer.status} ${String(status)}`.trim();
}

let names = 0;

/** A new GUID for a PUT. */
export function newName(): string {
  names += 1;
  return `00000000-0000-4000-8000-${String(names).padStart(12, '0')}`;
}

export function order(roleDefinitionId: string, changes: Row = {}): Row {
  return {
    properties: {
      principalId: ADA,
      roleDefinitionId: `${PROVIDER}/roleDefinitions/${roleDefinitionId}`,
      requestType: 'SelfActivate',
      justification: 'CHG-88',
      scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT1H' } },
      ...changes,
    },
  };
}

export function off(roleDefinitionId: string): Row {
  return order(roleDefinitionId, { requestType: 'SelfDeactivate', scheduleInfo: null });
}

export function requestAt(scope: string, name = newName(), below = ''): string {
  return at(scope, `${REQUESTS}/${name}${below}`);
}

/** PUTs an activation and says what came of it. */
export async function activate(
  arm: ArmService,
  scope: string,
  body: Row,
  sent: Sent = {},
): Promise<string> {
  return verdictOf(await arm.send('PUT', requestAt(scope), body, sent));
}

/** `Contributor at Grid Production (User)` of every row. */
export function summaries(answer: Answered): string[] {
  const expanded = z.object({
    scope: z.object({ displayName: z.string() }),
    roleDefinition: z.object({ displayName: z.string() }),
  });
  return rowsOf(answer).map((row) => {
    const { expandedProperties, memberType } = propertiesOf(row);
    const { scope, roleDefinition } = expanded.parse(expandedProperties);
    return `${roleDefinition.displayName} at ${scope.displayName} (${String(memberType)})`;
  });
}

export async function activeOf(arm: ArmService, scope = '', sent: Sent = {}): Promise<string[]> {
  const answer = await arm.get(at(scope, ACTIVE, MINE), sent);
  const activated = rowsOf(answer).filter(
    (row) => propertiesOf(row)['assignmentType'] === 'Activated',
  );
  return summaries({ ...answer, body: { value: activated } });
}
