import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  ADA,
  GRID_NORTH,
  GROUP_REQUESTS,
  groupOrder,
  GROUPS,
  MARCUS,
  MINE,
  NOOR,
  PAYMENTS_OPERATORS,
  POLICIES,
  PRODUCTION_SUPPORT,
  ROLE_REQUESTS,
  roleOrder,
  ROLES,
  type Row,
  rowsOf,
  scheduleInfo,
  service,
  type Service,
  textOf,
  waitingRole,
} from './graph-support.ts';

/** Microsoft's own description of Graph, kept beside the repository; without it nothing to check. */
const FILE = path.resolve(
  import.meta.dirname,
  '../../../shared/contracts/graph-pim.v1.0.openapi.json',
);
const isThere = existsSync(FILE);
const PREFIX = '#/components/schemas/microsoft.graph.';

function schemas(): (name: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv, ['date-time', 'uuid', 'duration']);
  ajv.addSchema(
    z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(FILE, 'utf8'))),
    'g',
  );
  return (name) => {
    const validate = ajv.getSchema(`g${PREFIX}${name}`);
    if (!validate) throw new Error(`the contract has no schema ${name}`);
    return validate;
  };
}

const schema = isThere ? schemas() : null;

function problems(name: string, value: unknown): unknown {
  const validate = schema?.(name);
  return validate?.(value) === true ? [] : (validate?.errors ?? 'no schema');
}

/** Everything that can be in a list: assigned, activated, scheduled, waiting, over. */
async function busy(): Promise<Service> {
  const graph = service();
  await graph.post(ROLE_REQUESTS, roleOrder());
  await graph.post(GROUP_REQUESTS, groupOrder());
  await graph.post(GROUP_REQUESTS, groupOrder({ groupId: PAYMENTS_OPERATORS }));
  graph.advance(600);
  await graph.post(ROLE_REQUESTS, roleOrder({ action: 'selfDeactivate' }));
  const later = scheduleInfo({ startDateTime: '2026-01-15T12:00:00Z' });
  await graph.post(ROLE_REQUESTS, roleOrder({ scheduleInfo: later }));
  return graph;
}

const GROUP_LINKS = '$expand=group,principal';
const ROLE_LINKS = '$expand=roleDefinition,principal,directoryScope';

const LISTS: readonly (readonly [string, string, string])[] = [
  [
    'privilegedAccessGroupEligibilityScheduleInstance',
    `${GROUPS}/eligibilityScheduleInstances/${MINE}?${GROUP_LINKS}`,
    ADA,
  ],
  [
    'privilegedAccessGroupEligibilitySchedule',
    `${GROUPS}/eligibilitySchedules/${MINE}?${GROUP_LINKS}`,
    ADA,
  ],
  [
    'privilegedAccessGroupAssignmentScheduleInstance',
    `${GROUPS}/assignmentScheduleInstances/${MINE}?${GROUP_LINKS},activatedUsing`,
    ADA,
  ],
  [
    'privilegedAccessGroupAssignmentSchedule',
    `${GROUPS}/assignmentSchedules/${MINE}?${GROUP_LINKS}`,
    ADA,
  ],
  [
    'privilegedAccessGroupAssignmentScheduleRequest',
    `${GROUP_REQUESTS}/${MINE}?${GROUP_LINKS},targetSchedule`,
    ADA,
  ],
  [
    'approval',
    `${GROUPS}/assignmentApprovals/filterByCurrentUser(on='approver')?$expand=stages`,
    MARCUS,
  ],
  [
    'unifiedRoleEligibilityScheduleInstance',
    `${ROLES}/roleEligibilityScheduleInstances/${MINE}?${ROLE_LINKS}`,
    ADA,
  ],
  [
    'unifiedRoleEligibilitySchedule',
    `${ROLES}/roleEligibilitySchedules/${MINE}?${ROLE_LINKS}`,
    ADA,
  ],
  [
    'unifiedRoleAssignmentScheduleInstance',
    `${ROLES}/roleAssignmentScheduleInstances/${MINE}?${ROLE_LINKS},activatedUsing`,
    ADA,
  ],
  ['unifiedRoleAssignmentSchedule', `${ROLES}/roleAssignmentSchedules/${MINE}?${ROLE_LINKS}`, ADA],
  ['unifiedRoleAssignmentScheduleRequest', `${ROLE_REQUESTS}/${MINE}?${ROLE_LINKS}`, ADA],
  ['group', '/groups', ADA],
  ['organization', '/organization', ADA],
];

const policy = z.object({
  policy: z.object({ rules: z.array(z.looseObject({ '@odata.type': z.string() })) }),
});

const ERRORS: readonly (readonly [string, (graph: Service) => Promise<{ body: Row }>])[] = [
  ['no token', (graph) => graph.get('/me', { as: '' })],
  ['no permission', (graph) => graph.get(`${ROLE_REQUESTS}/${MINE}`, { scopes: [] })],
  ['not found', (graph) => graph.get('/nowhere')],
  ['failed rules', (graph) => graph.post(GROUP_REQUESTS, groupOrder({ justification: '' }))],
];

if (!isThere) {
  const count = LISTS.length + ERRORS.length + 8;
  process.stderr.write(`contract tests skipped: ${count} (no ../shared/contracts)\n`);
}

describe.skipIf(!isThere)("the contract of Microsoft's", () => {
  it.each(LISTS)('describes the rows of %s', async (name, address, as) => {
    const graph = await busy();
    const answer = await graph.get(address, { as });
    const rows = rowsOf(answer);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.flatMap((row) => problems(name, row))).toEqual([]);
    expect(problems(`${name}CollectionResponse`, answer.body)).toEqual([]);
  });

  it.each([
    ['privilegedAccessGroupAssignmentScheduleRequest', GROUP_REQUESTS, groupOrder()],
    ['unifiedRoleAssignmentScheduleRequest', ROLE_REQUESTS, roleOrder()],
  ])('describes the answer to an activation: %s', async (name, address, order) => {
    const graph = service();
    const answer = await graph.post(address, order);
    expect(answer.status).toBe(201);
    expect(problems(name, answer.body)).toEqual([]);
    const again = await graph.get(`${address}/${textOf(answer.body, 'id')}`);
    expect(problems(name, again.body)).toEqual([]);
  });

  it('describes the steps of beta as it does the stages of v1.0', async () => {
    const graph = service();
    const address = `${ROLES}/roleAssignmentApprovals/${await waitingRole(graph)}/steps`;
    const rows = rowsOf(await graph.get(address, { as: MARCUS, version: '/beta' }));
    expect(rows.length).toBe(1);
    expect(rows.flatMap((row) => problems('approvalStage', row))).toEqual([]);
  });

  it('describes what roles allow', async () => {
    const scopes = ['RoleManagement.Read.Directory'];
    const rows = rowsOf(await service().get(`${ROLES}/roleDefinitions`, { scopes }));
    expect(rows.length).toBe(8);
    expect(rows.flatMap((row) => problems('unifiedRoleDefinition', row))).toEqual([]);
  });

  it.each(ERRORS)('describes the error for %s', async (_what, call) => {
    expect(problems('ODataErrors.ODataError', (await call(service())).body)).toEqual([]);
  });

  it.each([
    ['user', '/me'],
    ['group', `/groups/${PRODUCTION_SUPPORT}`],
    ['administrativeUnit', `/directory${GRID_NORTH}`],
  ])('describes a %s', async (name, address) => {
    expect(problems(name, (await service().get(address)).body)).toEqual([]);
  });

  it.each([
    `scopeId eq '/' and scopeType eq 'DirectoryRole'`,
    `scopeId eq '${PRODUCTION_SUPPORT}' and scopeType eq 'Group'`,
  ])('describes policies and each of their rules: %s', async (filter) => {
    const address = `${POLICIES}?$filter=${filter}&$expand=policy($expand=rules)`;
    const rows = rowsOf(await service().get(address));
    const found = rows.flatMap((row) => problems('unifiedRoleManagementPolicyAssignment', row));
    const rules = rows.flatMap((row) => policy.parse(row).policy.rules);
    const wrong = rules.flatMap((rule) =>
      problems(rule['@odata.type'].split('.').at(-1) ?? '', rule),
    );
    expect(rules.length).toBeGreaterThan(7);
    expect([found, wrong]).toEqual([[], []]);
  });

  it('would notice a wrong enum value and a wrong time', () => {
    const wrong = { id: NOOR, accessId: 'guest', startDateTime: 'soon' };
    expect(problems('privilegedAccessGroupEligibilityScheduleInstance', wrong)).not.toEqual([]);
  });
});
