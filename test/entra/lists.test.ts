import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  GROUP,
  GROUP_ACTIVE,
  GROUP_ELIGIBILITIES,
  GROUP_ELIGIBILITIES_BARE,
  groupEligibility,
  OTHER_GROUP,
  ROLE,
  ROLE_ELIGIBILITIES,
  ROLE_ELIGIBILITIES_LESS,
  roleEligibility,
  UNIT,
  UNIT_SCOPE,
  fault,
} from './support/samples.ts';
import { json, ORIGIN, rows, tenant } from './support/tenant.ts';

const GROUP_NAMES = `GET /v1.0/groups?$filter=id in ('${GROUP}')&$select=id,displayName`;
const UNIT_NAME = `GET /v1.0/directory/administrativeUnits/${UNIT}?$select=id,displayName`;
const BAD_EXPAND = json(400, fault('BadRequest', 'The expand is not supported.'));

function next(link: string, ...value: readonly unknown[]) {
  return json(200, { value, '@odata.nextLink': link });
}

describe('eligibilities of groups', () => {
  it('trap 1: asks in English, as JSON, with the token, and says who it is', async () => {
    const { on, surface, sent } = tenant();
    on(GROUP_ELIGIBILITIES, rows());
    await surface('group').eligibilities({});
    expect(sent[0]?.headers).toEqual({
      authorization: 'Bearer token-1',
      accept: 'application/json',
      'accept-language': 'en-US',
      'client-request-id': expect.stringMatching(/^[\da-f-]{36}$/u),
      'user-agent': 'entra-pim/test',
    });
  });

  it('trap 2: keeps member and owner of one group apart', async () => {
    const { on, surface } = tenant();
    on(GROUP_ELIGIBILITIES, rows(groupEligibility(), groupEligibility({ accessId: 'Owner' })));
    const found = await surface('group').eligibilities({});
    expect(found.map(({ target }) => target)).toEqual([
      { kind: 'group', groupId: GROUP, accessId: 'member' },
      { kind: 'group', groupId: GROUP, accessId: 'owner' },
    ]);
  });

  it('reads names, the way it came, and the end, where "year 1" means never', async () => {
    const { on, surface } = tenant();
    const end = '2027-03-15T09:00:00.1234567Z';
    on(
      GROUP_ELIGIBILITIES,
      rows(
        groupEligibility({ memberType: 'Group', endDateTime: '0001-01-01T08:00:00Z' }),
        groupEligibility({ memberType: 'somethingNew', endDateTime: end }),
      ),
    );
    const found = await surface('group').eligibilities({});
    expect(found).toMatchObject([
      { name: 'SG-PIM-Platform-Admins', memberType: 'Group', endTime: null },
      { memberType: 'Unknown', endTime: new Date('2027-03-15T09:00:00.123Z') },
    ]);
  });

  it('takes a time without offset for UTC, wherever the machine is', async () => {
    vi.stubEnv('TZ', 'America/New_York');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { on, surface } = tenant();
    on(GROUP_ELIGIBILITIES, rows(groupEligibility({ endDateTime: '2027-03-15T09:00:00' })));
    const [row] = await surface('group').eligibilities({});
    expect(row?.endTime).toEqual(new Date('2027-03-15T09:00:00Z'));
  });

  it('strips control characters from names', async () => {
    const { on, surface } = tenant();
    const displayName = 'SG\u001B[31m-\u202EAdmins\n';
    on(GROUP_ELIGIBILITIES, rows(groupEligibility({ group: { displayName } })));
    const [row] = await surface('group').eligibilities({});
    expect(row?.name).toBe('SG [31m-Admins');
  });

  it('shows the id where no name came and the sign-in may not look it up', async () => {
    const { on, surface } = tenant({
      scopes: ['PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup'],
    });
    on(GROUP_ELIGIBILITIES, rows(groupEligibility({ group: null })));
    const [row] = await surface('group').eligibilities({});
    expect(row).toMatchObject({ name: GROUP, scope: { id: GROUP, name: null } });
  });

  it('looks missing names up where it may', async () => {
    const { on, surface } = tenant({ scopes: ['group.readbasic.all'] });
    on(GROUP_ELIGIBILITIES, rows(groupEligibility({ group: { displayName: null } })));
    on(GROUP_NAMES, rows({ id: GROUP.toUpperCase(), displayName: 'SG-Found' }));
    const [row] = await surface('group').eligibilities({});
    expect(row).toMatchObject({ name: 'SG-Found', scope: { name: 'SG-Found' } });
  });

  it('asks for at most 15 names at once', async () => {
    const { on, surface, sent } = tenant({ scopes: ['Directory.Read.All'] });
    const ids = Array.from({ length: 16 }, (_, index) => `${GROUP.slice(0, -2)}${index + 10}`);
    on(
      GROUP_ELIGIBILITIES,
      rows(...ids.map((groupId) => groupEligibility({ groupId, group: null }))),
    );
    for (const chunk of [ids.slice(0, 15), ids.slice(15)]) {
      const list = chunk.map((id) => `'${id}'`).join(',');
      on(`GET /v1.0/groups?$filter=id in (${list})&$select=id,displayName`, rows());
    }
    expect(await surface('group').eligibilities({})).toHaveLength(16);
    expect(sent).toHaveLength(3);
  });

  it('lists without names when looking them up fails', async () => {
    const { on, surface } = tenant({ scopes: ['Group.Read.All'] });
    on(GROUP_ELIGIBILITIES, rows(groupEligibility({ group: null })));
    on(GROUP_NAMES, json(403, fault('Authorization_RequestDenied', 'No.')));
    const [row] = await surface('group').eligibilities({});
    expect(row?.name).toBe(GROUP);
  });

  it('does without the $expand where it is refused, and remembers that', async () => {
    const { on, surface, sent } = tenant();
    on(GROUP_ELIGIBILITIES, BAD_EXPAND);
    on(GROUP_ELIGIBILITIES_BARE, rows(groupEligibility({ group: undefined })), rows());
    expect(await surface('group').eligibilities({})).toHaveLength(1);
    expect(await surface('group').eligibilities({})).toHaveLength(0);
    expect(sent).toHaveLength(3);
  });

  it('does not blame the $expand for a missing licence', async () => {
    const { on, surface } = tenant();
    on(GROUP_ELIGIBILITIES, json(400, fault('AadPremiumLicenseRequired', 'P2 needed.')));
    await expect(surface('group').eligibilities({})).rejects.toMatchObject({
      code: 'licence-missing',
    });
  });

  it.each([
    ['access level', { accessId: 'guest' }, 'accessId'],
    ['group', { groupId: null }, 'groupId'],
    ['group (no id)', { groupId: 'Ignore all\u202E' }, 'groupId'],
    ['group (too long)', { groupId: 'a'.repeat(65) }, 'groupId'],
    ['end', { endDateTime: 'soon' }, 'endDateTime'],
  ])('fails aloud rather than lose a row with an unknown %s', async (_, fields, name) => {
    const { on, surface } = tenant();
    on(GROUP_ELIGIBILITIES, rows(groupEligibility(), groupEligibility(fields)));
    await expect(surface('group').eligibilities({})).rejects.toMatchObject({
      code: 'malformed',
      message: `Microsoft's answer could not be read: eligibilities of groups hold an unknown ${name}.`,
    });
  });
});

describe('eligibilities of roles', () => {
  it('trap 5: keeps the administrative unit of each row', async () => {
    const { on, surface } = tenant();
    const directoryScope = { id: UNIT, displayName: 'Europe' };
    on(
      ROLE_ELIGIBILITIES,
      rows(roleEligibility({ directoryScope }), roleEligibility({ directoryScopeId: '/' })),
    );
    const found = await surface('directory').eligibilities({});
    expect(found).toMatchObject([
      {
        name: 'User Administrator',
        target: { roleDefinitionId: ROLE, directoryScopeId: UNIT_SCOPE, appScopeId: null },
        scope: { id: UNIT_SCOPE, name: 'Europe' },
      },
      { target: { directoryScopeId: '/' }, scope: { id: '/', name: 'Tenant' } },
    ]);
  });

  it('carries an app scope where that is what the eligibility has', async () => {
    const { on, surface } = tenant();
    on(ROLE_ELIGIBILITIES, rows(roleEligibility({ directoryScopeId: null, appScopeId: '/app1' })));
    const [row] = await surface('directory').eligibilities({});
    expect(row).toMatchObject({
      target: { directoryScopeId: null, appScopeId: '/app1' },
      scope: { id: '/app1', name: null },
    });
  });

  it('fails aloud for a row without any scope', async () => {
    const { on, surface } = tenant();
    on(ROLE_ELIGIBILITIES, rows(roleEligibility({ directoryScopeId: '', appScopeId: null })));
    await expect(surface('directory').eligibilities({})).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('eligibilities of roles hold an unknown directoryScopeId'),
    });
  });

  it.each([
    ['roleDefinitionId', { roleDefinitionId: '../x' }],
    ['directoryScopeId', { directoryScopeId: 'administrativeUnits/1' }],
    ['directoryScopeId', { directoryScopeId: '/ignore all' }],
    ['directoryScopeId', { directoryScopeId: `/${'a'.repeat(301)}` }],
    ['appScopeId', { directoryScopeId: null, appScopeId: '/a\u001B[2J' }],
  ])('fails aloud for a %s that is none: %j', async (name, fields) => {
    const { on, surface } = tenant();
    on(ROLE_ELIGIBILITIES, rows(roleEligibility(fields)));
    await expect(surface('directory').eligibilities({})).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining(`eligibilities of roles hold an unknown ${name}`),
    });
  });

  it('looks a unit up only where it may', async () => {
    const { on, surface } = tenant({ scopes: ['AdministrativeUnit.Read.All'] });
    on(ROLE_ELIGIBILITIES, rows(roleEligibility(), roleEligibility({ roleDefinition: null })));
    on(UNIT_NAME, json(200, { id: UNIT, displayName: 'Asia' }));
    const found = await surface('directory').eligibilities({});
    expect(found).toMatchObject([{ scope: { name: 'Asia' } }, { name: ROLE }]);
  });

  it('leaves the unit nameless otherwise', async () => {
    const { on, surface } = tenant();
    on(ROLE_ELIGIBILITIES, rows(roleEligibility()));
    const [row] = await surface('directory').eligibilities({});
    expect(row?.scope).toEqual({ id: UNIT_SCOPE, name: null });
  });

  it.each([400, 403])('does without directoryScope where it is refused with %i', async (status) => {
    const { on, surface } = tenant();
    on(ROLE_ELIGIBILITIES, json(status, fault('UnknownError', 'Not this one.')));
    on(ROLE_ELIGIBILITIES_LESS, rows(roleEligibility()));
    expect(await surface('directory').eligibilities({})).toHaveLength(1);
  });
});

describe('pages', () => {
  it('trap 4: follows every page, also past an empty one', async () => {
    const { on, surface } = tenant();
    on(GROUP_ELIGIBILITIES, next(`${ORIGIN}/v1.0/p2?$skiptoken=a%2Fb`, groupEligibility()));
    on('GET /v1.0/p2?$skiptoken=a/b', next(`${ORIGIN}/v1.0/p3`));
    on('GET /v1.0/p3', rows(groupEligibility({ groupId: OTHER_GROUP })));
    expect(await surface('group').eligibilities({})).toHaveLength(2);
  });

  it.each([
    'https://graph.microsoft.com.evil.example/v1.0/p2',
    'https://graph.microsoft.com@evil.example/v1.0/p2',
    'http://graph.microsoft.com/v1.0/p2',
    'https://graph.microsoft.com:8443/v1.0/p2',
    '//evil.example/v1.0/p2',
    'https://graph.microsoft.com/elsewhere/p2',
    'https://graph.microsoft.com/v1.0',
    'https://graph.microsoft.com/v1.0/../elsewhere/p2',
    'https://graph.microsoft.com/v1.0/%2E%2e/elsewhere/p2',
    '/elsewhere/p2',
    'https://',
  ])('trap 18: never takes the token to %s', async (link) => {
    const { on, surface, sent } = tenant();
    on(ROLE_ELIGIBILITIES, next(link, roleEligibility()));
    await expect(surface('directory').eligibilities({})).rejects.toMatchObject({
      code: 'malformed',
    });
    expect(sent).toHaveLength(1);
  });

  it('stops at a link that it followed before', async () => {
    const { on, surface, sent } = tenant();
    on(GROUP_ACTIVE, next(`${ORIGIN}/v1.0/p1`));
    on('GET /v1.0/p1', next(`${ORIGIN}/v1.0/p2`));
    on('GET /v1.0/p2', next(`${ORIGIN}/v1.0/p1`));
    await expect(surface('group').active({})).rejects.toMatchObject({
      code: 'malformed',
      message: "Microsoft's answer could not be read: its pages lead back to one another.",
    });
    expect(sent).toHaveLength(3);
  });

  it('gives up on a list that never ends', async () => {
    const { on, surface, sent } = tenant();
    on(GROUP_ACTIVE, next(`${ORIGIN}/v1.0/p1`));
    for (let page = 1; page < 1000; page += 1)
      on(`GET /v1.0/p${page}`, next(`${ORIGIN}/v1.0/p${page + 1}`));
    await expect(surface('group').active({})).rejects.toMatchObject({
      code: 'upstream',
      message: 'The list did not end after 1000 pages.',
    });
    expect(sent).toHaveLength(1000);
  });
});
