import { describe, expect, it } from 'vitest';
import {
  activate,
  armService,
  CONTRIBUTOR,
  GRID_PRODUCTION,
  KEY_VAULT_ADMINISTRATOR,
  KV_SCADA,
  order,
  requestAt,
} from './azure-support.ts';
import { ROLE, ROLE_REQUESTS, roleOrder, service, verdictOf } from './graph-support.ts';

const CHALLENGED = '400 RoleAssignmentRequestAcrsValidationFailed';
const WITHOUT_CP1 = { acrs: ['c1'], capabilities: [] };

describe('an authentication context', () => {
  const role = roleOrder({
    roleDefinitionId: ROLE['Application Administrator'],
    directoryScopeId: '/',
  });

  it('is demanded of Graph for as long as the client does not declare cp1', async () => {
    expect(verdictOf(await service().post(ROLE_REQUESTS, role, WITHOUT_CP1))).toBe(CHALLENGED);
    expect(verdictOf(await service().post(ROLE_REQUESTS, role, { acrs: ['c1'] }))).toBe('201');
  });

  it('is demanded of Azure likewise', async () => {
    const wish = order(KEY_VAULT_ADMINISTRATOR);
    expect(await activate(armService(), KV_SCADA, wish, WITHOUT_CP1)).toBe(CHALLENGED);
    expect(await activate(armService(), KV_SCADA, wish, { acrs: ['c1'] })).toBe('201 Provisioned');
  });

  it('is enough by itself where the behaviour says so', async () => {
    const behaviour = { contextNeedsCp1: false };
    const graph = service({ behaviour });
    expect(verdictOf(await graph.post(ROLE_REQUESTS, role, WITHOUT_CP1))).toBe('201');
    const arm = armService({ behaviour });
    const wish = order(KEY_VAULT_ADMINISTRATOR);
    expect(await activate(arm, KV_SCADA, wish, WITHOUT_CP1)).toBe('201 Provisioned');
  });
});

describe('a challenge inside /batch', () => {
  const requests = [
    {
      httpMethod: 'PUT',
      name: 'context',
      url: requestAt(KV_SCADA),
      content: order(KEY_VAULT_ADMINISTRATOR),
    },
    {
      httpMethod: 'PUT',
      name: 'plain',
      url: requestAt(GRID_PRODUCTION),
      content: order(CONTRIBUTOR),
    },
  ];

  it('for a context is the answer of the one request that needs it', async () => {
    const sent = await armService().send('POST', '/batch?api-version=2020-06-01', { requests });
    expect(sent).toMatchObject({
      status: 200,
      body: {
        responses: [
          {
            name: 'context',
            httpStatusCode: 400,
            headers: { 'content-type': 'application/json; charset=utf-8' },
            content: {
              error: {
                code: 'RoleAssignmentRequestAcrsValidationFailed',
                message: expect.stringMatching(/^&claims=%7B/u),
              },
            },
          },
          { name: 'plain', httpStatusCode: 201 },
        ],
      },
    });
  });

  it('of continuous access evaluation is the answer of each, with its header', async () => {
    const arm = armService();
    const outdated = { outdatedAt: new Date('2026-01-15T09:00:00Z') };
    const sent = await arm.send('POST', '/batch?api-version=2020-06-01', { requests }, outdated);
    const refused = {
      httpStatusCode: 401,
      headers: {
        'www-authenticate': expect.stringContaining('error="insufficient_claims", claims="'),
      },
      content: { error: { code: 'InvalidAuthenticationToken' } },
    };
    expect(sent).toMatchObject({ status: 200, body: { responses: [refused, refused] } });
    expect(sent.headers['www-authenticate']).toBeUndefined();
    expect(arm.journal.entries()).toEqual([]);
  });
});
