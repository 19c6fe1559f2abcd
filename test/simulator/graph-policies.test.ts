import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  FINANCE_REPORTING,
  GRID_NORTH,
  IDENTITY_OPERATIONS,
  LEGACY_BATCH_JOBS,
  PAYMENTS_OPERATORS,
  POLICIES,
  PRODUCTION_SUPPORT,
  ROLE,
  type Row,
  rowsOf,
  service,
  verdictOf,
} from './graph-support.ts';

const EXPAND = '$expand=policy($expand=rules)';
const assignment = z.looseObject({
  policy: z.object({ rules: z.array(z.looseObject({ id: z.string() })) }),
});

function ofRoles(scope: string, more = ''): string {
  return `${POLICIES}?$filter=scopeId eq '${scope}' and scopeType eq 'DirectoryRole'${more}&${EXPAND}`;
}

function ofRole(name: string): string {
  return ofRoles('/', ` and roleDefinitionId eq '${ROLE[name]}'`);
}

function ofGroup(id: string, access = 'member'): string {
  return `${POLICIES}?$filter=scopeId eq '${id}' and scopeType eq 'Group' and roleDefinitionId eq '${access}'&${EXPAND}`;
}

async function rulesAt(path: string): Promise<Record<string, Row>> {
  const rows = rowsOf(await service().get(path));
  expect(rows).toHaveLength(1);
  const { rules } = assignment.parse(rows[0]).policy;
  return Object.fromEntries(rules.map((rule) => [rule.id.split('_')[0], rule]));
}

function anyOf(count: number): string {
  const clause = `roleDefinitionId eq '${ROLE['User Administrator']}'`;
  return ` and (${Array.from({ length: count }, () => clause).join(' or ')})`;
}

describe('the policy of a role', () => {
  it('has the four rules that bear on activating', async () => {
    const rules = await rulesAt(ofRole('Privileged Role Administrator'));
    expect(rules).toMatchObject({
      Expiration: { maximumDuration: 'PT1H', isExpirationRequired: true },
      Enablement: { enabledRules: ['MultiFactorAuthentication', 'Justification'] },
      Approval: {
        setting: {
          isApprovalRequired: true,
          approvalStages: [
            {
              primaryApprovers: [
                { '@odata.type': '#microsoft.graph.singleUser', description: 'Marcus Okafor' },
              ],
            },
          ],
        },
      },
      AuthenticationContext: { isEnabled: false, claimValue: '' },
    });
  });

  it('names the authentication context that it demands', async () => {
    expect(
      (await rulesAt(ofRole('Application Administrator')))['AuthenticationContext'],
    ).toMatchObject({ isEnabled: true, claimValue: 'c1' });
  });

  it('trap 5: is found at the tenant only, also for a role held in an administrative unit', async () => {
    expect(rowsOf(await service().get(ofRole('User Administrator')))).toMatchObject([
      { scopeId: '/', scopeType: 'DirectoryRole', roleDefinitionId: ROLE['User Administrator'] },
    ]);
    expect(rowsOf(await service().get(ofRoles(GRID_NORTH)))).toEqual([]);
  });

  it('answers to either name of the scope type, unless switched to one', async () => {
    const path = ofRole('User Administrator').replace("'DirectoryRole'", "'Directory'");
    expect(rowsOf(await service().get(path))).toMatchObject([{ scopeType: 'Directory' }]);
    const strict = service({ behaviour: { policyScopeTypes: ['DirectoryRole'] } });
    expect(rowsOf(await strict.get(path))).toEqual([]);
  });

  it('is refused or missing where the scenario says so, and missing from the list of all', async () => {
    const graph = service();
    const refused = await graph.get(ofRole('Exchange Administrator'));
    expect(verdictOf(refused)).toBe('403 Authorization_RequestDenied');
    expect(rowsOf(await graph.get(ofRole('Groups Administrator')))).toEqual([]);
    const all = rowsOf(await graph.get(ofRoles('/'))).map((row) => row['roleDefinitionId']);
    expect(all).toHaveLength(6);
    expect(all).not.toContain(ROLE['Exchange Administrator']);
  });

  it('trap 20: is asked for together with up to 20 others, not more', async () => {
    expect(rowsOf(await service().get(ofRoles('/', anyOf(20))))).toHaveLength(1);
    expect(verdictOf(await service().get(ofRoles('/', anyOf(21))))).toBe('400 InvalidFilter');
  });
});

describe('the policy of a group', () => {
  it('is one for members and one for owners', async () => {
    const member = await rulesAt(ofGroup(FINANCE_REPORTING));
    const owner = await rulesAt(ofGroup(FINANCE_REPORTING, 'owner'));
    expect(member['Expiration']).toMatchObject({ maximumDuration: 'PT4H' });
    expect(owner['Expiration']).toMatchObject({ maximumDuration: 'PT1H30M' });
    const both = `${POLICIES}?$filter=scopeId eq '${FINANCE_REPORTING}' and scopeType eq 'Group'`;
    expect(rowsOf(await service().get(both))).toMatchObject([
      { roleDefinitionId: 'member' },
      { roleDefinitionId: 'owner' },
    ]);
  });

  it('names the group that approves', async () => {
    const { Approval } = await rulesAt(ofGroup(PAYMENTS_OPERATORS));
    expect(Approval).toMatchObject({
      setting: {
        approvalStages: [
          {
            primaryApprovers: [
              { '@odata.type': '#microsoft.graph.groupMembers', description: 'Change Approvers' },
            ],
          },
        ],
      },
    });
  });

  it('may set a limit of nothing, and is the usual one where nobody changed it', async () => {
    const odd = await rulesAt(ofGroup(LEGACY_BATCH_JOBS));
    const usual = await rulesAt(ofGroup(IDENTITY_OPERATIONS));
    expect(odd['Expiration']).toMatchObject({ maximumDuration: 'PT0S' });
    expect(usual['Expiration']).toMatchObject({ maximumDuration: 'PT8H' });
    expect(usual['Enablement']).toMatchObject({ enabledRules: ['Justification'] });
  });
});

describe('asking for policies', () => {
  it.each(['', "?$filter=scopeId eq '/'", "?$filter=scopeType eq 'Group'"])(
    'needs scope id and scope type: "%s"',
    async (query) => {
      expect(verdictOf(await service().get(`${POLICIES}${query}`))).toBe('400 InvalidFilter');
    },
  );

  it('gives no policy unless it is expanded, and no rules unless they are', async () => {
    const plain = ofGroup(PRODUCTION_SUPPORT).replace(`&${EXPAND}`, '');
    const [bare] = rowsOf(await service().get(plain));
    const [shallow] = rowsOf(await service().get(`${plain}&$expand=policy`));
    expect(bare).not.toHaveProperty('policy');
    expect(shallow).toHaveProperty('policy.displayName', 'Group');
    expect(shallow).not.toHaveProperty('policy.rules');
  });
});
