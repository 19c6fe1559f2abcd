import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  activate,
  ACTIVE,
  type ArmService,
  armService,
  at,
  CONTRIBUTOR,
  ELIGIBLE,
  GRID,
  GRID_PRODUCTION,
  GRID_TEST,
  KV_SCADA,
  MINE,
  newName,
  off,
  order,
  OWNER,
  READER,
  REQUESTS,
  requestAt,
  rowsOf,
} from './azure-support.ts';
import { ADA, MARCUS } from './graph-support.ts';

/** Microsoft's own description of ARM, kept beside the repository; without it nothing to check. */
const FOLDER = path.resolve(
  import.meta.dirname,
  '../../../shared/contracts/arm/specification/authorization/resource-manager/Microsoft.Authorization',
);
const isThere = existsSync(FOLDER);

const object = z.record(z.string(), z.unknown());
const document = z.object({ definitions: object.default({}) });

function replaced(name: string, value: unknown, rest: Readonly<Record<string, unknown>>): unknown {
  // Swagger 2 has no null: the service sends it for whatever is not set.
  if (name === 'type' && typeof value === 'string' && !('$ref' in rest)) return [value, 'null'];
  if (name === 'enum' && Array.isArray(value)) return [...z.array(z.unknown()).parse(value), null];
  return relaxed(value);
}

/** A schema in the words of JSON Schema: `null` allowed, and nothing beside a `$ref`, as in draft 4. */
function relaxed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relaxed);
  const read = object.safeParse(value);
  if (!read.success) return value;
  const { data } = read;
  if (typeof data['$ref'] === 'string') return { $ref: data['$ref'] };
  return Object.fromEntries(
    Object.entries(data).map(([name, one]) => [name, replaced(name, one, data)]),
  );
}

function contract(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv, ['date-time', 'uuid', 'duration']);
  for (const version of ['stable/2020-10-01', 'preview/2021-01-01-preview']) {
    const folder = path.join(FOLDER, version);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const text = readFileSync(path.join(folder, file), 'utf8').replace(/^\uFEFF/u, '');
      const { definitions } = document.parse(JSON.parse(text));
      ajv.addSchema({ definitions: relaxed(definitions) }, `file:///${file}`);
    }
  }
  return ajv;
}

const ajv = isThere ? contract() : null;

/** What is wrong with a value, by the schema `File#Definition`. */
function problems(name: string, value: unknown): unknown {
  const [file = '', definition = ''] = name.split('#');
  const validate = ajv?.getSchema(`file:///${file}.json#/definitions/${definition}`);
  if (!validate) return `the contract has no schema ${name}`;
  return validate(value) === true ? [] : validate.errors;
}

const PREVIEW = 'api-version=2021-01-01-preview';
const APPROVALS = 'authorization-RoleAssignmentApprovalCalls';

/** Everything that can be in a list: assigned, activated, scheduled, waiting, over. */
async function busy(): Promise<ArmService> {
  const arm = armService();
  await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
  await activate(arm, GRID_PRODUCTION, order(OWNER));
  await activate(arm, GRID, order(READER));
  arm.advance(600);
  await activate(arm, GRID, off(READER));
  const expiration = { type: 'AfterDateTime', endDateTime: '2026-01-15T13:00:00Z' };
  const scheduleInfo = { startDateTime: '2026-01-15T12:00:00Z', expiration };
  await activate(arm, GRID_TEST, order(CONTRIBUTOR, { scheduleInfo }));
  return arm;
}

async function approvalAddress(arm: ArmService): Promise<string> {
  const [approval] = rowsOf(
    await arm.get(at('', 'roleAssignmentApprovals', '', PREVIEW), { as: MARCUS }),
  );
  return `${String(approval?.['id'])}/stages`;
}

const LISTS: readonly (readonly [string, string, string])[] = [
  ['RoleEligibilityScheduleInstance#RoleEligibilityScheduleInstance', at('', ELIGIBLE, MINE), ADA],
  ['RoleAssignmentScheduleInstance#RoleAssignmentScheduleInstance', at('', ACTIVE, MINE), ADA],
  ['RoleAssignmentScheduleRequest#RoleAssignmentScheduleRequest', at('', REQUESTS, MINE), ADA],
  [
    'RoleAssignmentScheduleRequest#RoleAssignmentScheduleRequest',
    at('', REQUESTS, '$filter=asApprover()'),
    MARCUS,
  ],
  ['EligibleChildResources#EligibleChildResource', at(GRID, 'eligibleChildResources'), ADA],
  [
    'RoleManagementPolicyAssignment#RoleManagementPolicyAssignment',
    at(GRID_PRODUCTION, 'roleManagementPolicyAssignments'),
    ADA,
  ],
  [
    'RoleManagementPolicyAssignment#RoleManagementPolicyAssignment',
    at(KV_SCADA, 'roleManagementPolicyAssignments'),
    ADA,
  ],
  [`${APPROVALS}#RoleAssignmentApproval`, at('', 'roleAssignmentApprovals', '', PREVIEW), MARCUS],
];

const policy = z.object({
  properties: z.object({ effectiveRules: z.array(z.looseObject({ ruleType: z.string() })) }),
});

if (!isThere) {
  process.stderr.write(
    `contract tests of ARM skipped: ${LISTS.length + 6} (no ../shared/contracts/arm)\n`,
  );
}

describe.skipIf(!isThere)("ARM's contract", () => {
  it.each(LISTS)('describes the rows of %s (%s)', async (name, address, as) => {
    const arm = await busy();
    const answer = await arm.get(address, { as });
    const rows = rowsOf(answer);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.flatMap((row) => problems(name, row))).toEqual([]);
    expect(
      problems(
        `${name}ListResult`.replace('ResourceListResult', 'ResourcesListResult'),
        answer.body,
      ),
    ).toEqual([]);
  });

  it('describes the answers to an activation, a deactivation and a validation', async () => {
    const arm = armService();
    const address = requestAt(GRID_PRODUCTION);
    const name = 'RoleAssignmentScheduleRequest#RoleAssignmentScheduleRequest';
    expect(problems(name, order(CONTRIBUTOR))).toEqual([]);
    const sent = await arm.send('PUT', address, order(CONTRIBUTOR));
    arm.advance(300);
    const stopped = await arm.send('PUT', requestAt(GRID_PRODUCTION), off(CONTRIBUTOR));
    const validated = await arm.send(
      'POST',
      requestAt(GRID_TEST, newName(), '/validate'),
      order(CONTRIBUTOR),
    );
    expect([sent.status, stopped.status, validated.status]).toEqual([201, 201, 200]);
    for (const { body } of [sent, stopped, validated]) expect(problems(name, body)).toEqual([]);
  });

  it('describes stages, open and decided', async () => {
    const arm = await busy();
    const address = await approvalAddress(arm);
    const open = rowsOf(await arm.get(`${address}?${PREVIEW}`, { as: MARCUS }));
    const [stage] = open;
    const body = { properties: { reviewResult: 'Approve', justification: 'Yes' } };
    const decided = await arm.send('PUT', `${String(stage?.['id'])}?${PREVIEW}`, body, {
      as: MARCUS,
    });
    expect(decided.status).toBe(200);
    for (const one of [stage, decided.body]) {
      expect(problems(`${APPROVALS}#RoleAssignmentApprovalStep`, one)).toEqual([]);
    }
  });

  it('describes each rule of a policy by its type', async () => {
    const arm = armService();
    const rows = rowsOf(await arm.get(at(GRID_PRODUCTION, 'roleManagementPolicyAssignments')));
    const rules = rows.flatMap((row) => policy.parse(row).properties.effectiveRules);
    const wrong = rules.flatMap((rule) => problems(`common-types#${rule.ruleType}`, rule));
    expect([rules.length, wrong]).toEqual([20, []]);
  });

  it('describes what a role allows now', async () => {
    const arm = await busy();
    const address = at(GRID_PRODUCTION, 'permissions', '', 'api-version=2022-04-01');
    const rows = rowsOf(await arm.get(address));
    expect(rows).toHaveLength(1);
    expect(rows.flatMap((row) => problems('common-types#Permission', row))).toEqual([]);
  });

  it('describes errors', async () => {
    const arm = armService();
    const answers = [
      await arm.get(at('', ELIGIBLE, MINE), { token: 'missing' }),
      await arm.get(at(GRID_PRODUCTION, ELIGIBLE)),
      await arm.send('PUT', requestAt(GRID_PRODUCTION), order(CONTRIBUTOR, { justification: '' })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 400]);
    const wrong = answers.flatMap(({ body }) =>
      problems('RoleAssignmentScheduleRequest#CloudError', body),
    );
    expect(wrong).toEqual([]);
  });

  it('would notice a wrong enum value, a wrong time and a wrong kind', () => {
    const name = 'RoleAssignmentScheduleRequest#RoleAssignmentScheduleRequest';
    const wrong = [{ requestType: 'Guess' }, { createdOn: 'soon' }, { expandedProperties: 'none' }];
    for (const properties of wrong) {
      const body = order(CONTRIBUTOR, properties);
      expect(problems(name, body)).not.toEqual([]);
    }
  });
});
