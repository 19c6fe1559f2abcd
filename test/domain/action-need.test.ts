import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNeed } from '../../src/domain/action-need.ts';

const START = 'Microsoft.Compute/virtualMachines/start/action';
const VM =
  '/subscriptions/9c1d7e52-08fb-4b63-a4d9-e51f3c6b8a07/resourceGroups/rg-app_(old)/providers/Microsoft.Compute/virtualMachines/vm1';
const FAILED = `The client 'ida@contoso.com' with object id '3f2b9c1a-7d54-4f0e-8a36-1c9e5b7d2f40' does not have authorization to perform action '${START}' over scope '${VM}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
const REFUSED = { action: START, isDataAction: false, scope: VM, others: 0 };

function need(text: string) {
  const read = readNeed(text);
  return read.kind === 'need' ? read.need : read.problem;
}

describe('an action alone', () => {
  it.each([
    START,
    'microsoft.directory/users/password/update',
    'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
    'Microsoft.KeyVault/vaults/secrets/getSecret/action',
    '84codes.CloudAMQP/servers/write',
  ])('%s is taken as it is', (action) => {
    expect(need(`  '${action}'.\n`)).toEqual({
      action,
      isDataAction: null,
      scope: null,
      others: 0,
    });
  });

  it.each(['Microsoft.Compute/*', '*'])('%s is not one action', (text) => {
    expect(need(text)).toMatchObject({ message: 'A wildcard is not one action.' });
  });

  it.each(['', 'User.Read.All', 'graph.microsoft.com/v1.0/users', 'start/action', 'Contributor'])(
    '%j is none',
    (text) => {
      expect(need(text)).toMatchObject({ code: 'no-action-named' });
    },
  );
});

describe('AuthorizationFailed', () => {
  const json = JSON.stringify({ error: { code: 'AuthorizationFailed', message: FAILED } });
  it.each([
    ['as Azure words it', FAILED],
    ['in JSON', json],
    ['in JSON within JSON', JSON.stringify({ statusMessage: json })],
    ['with the quotes of .NET', json.replaceAll("'", String.raw`\u0027`)],
    ['in a web page', FAILED.replaceAll("'", '&#39;')],
    ['through a word processor', FAILED.replaceAll(/'([^']*)'/gu, '‘$1’')],
    ['in double quotes', FAILED.replaceAll("'", '"')],
    ['in escaped quotes', FAILED.replaceAll("'", String.raw`\"`)],
    ['with line breaks', FAILED.replaceAll(' ', '\r\n')],
    ['in the frame of Terraform', FAILED.replaceAll(' ', '\n│ ')],
    ['in colours', `\u001B[31m${FAILED.replaceAll(' ', '\u001B[0m \u001B[1;31m')}`],
    [
      'from the Azure CLI',
      `(AuthorizationFailed) ${FAILED}\nCode: AuthorizationFailed\nMessage: ${FAILED}`,
    ],
    [
      'where a condition is not fulfilled',
      FAILED.replace('authorization to', 'authorization or an ABAC condition not fulfilled to'),
    ],
  ])('is understood %s', (_how, text) => {
    expect(need(text)).toEqual(REFUSED);
  });

  it('about several actions gives the first and counts the others', () => {
    const other = FAILED.replace(START, 'Microsoft.Compute/virtualMachines/write');
    expect(need(`${FAILED}\n${other}\n${FAILED}`)).toEqual({ ...REFUSED, others: 1 });
  });
});

describe('refusals of other kinds', () => {
  it('LinkedAuthorizationFailed: what is refused, not what is allowed', () => {
    const join = 'Microsoft.Network/virtualNetworks/subnets/join/action';
    const nets =
      '/subscriptions/s1/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/v';
    const message = `The client 'x' with object id 'y' has permission to perform action '${START}' on scope '${VM}'; however, it does not have permission to perform action(s) '${join}' on the linked scope(s) '${nets}/subnets/a,${nets}/subnets/b' (respectively) or the linked scope(s) are invalid.`;
    expect(need(message)).toEqual({
      action: join,
      isDataAction: false,
      scope: `${nets}/subnets/a`,
      others: 0,
    });
  });

  it('a key vault: an action on data, and the secret it is about', () => {
    const action = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
    const scope =
      '/subscriptions/s1/resourcegroups/rg-kv/providers/microsoft.keyvault/vaults/kv/secrets/one';
    const message = String.raw`Code="Forbidden" Message="Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=a;oid=b;iss=https://sts.windows.net/t/\r\nAction: '${action}'\r\nResource: '${scope}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nVault: kv;location=eastus" InnerError={"code":"ForbiddenByRbac"}`;
    expect(need(message)).toEqual({ action, isDataAction: true, scope, others: 0 });
  });

  it('a service that says "data action"', () => {
    const action = 'Microsoft.CognitiveServices/accounts/AIServices/agents/read';
    const message = `The principal \`p\` lacks the required data action \`${action}\` to perform \`GET /api/projects/{projectName}/assistants\` operation. For instructions see https://aka.ms/FoundryPermissions.`;
    expect(need(message)).toEqual({ action, isDataAction: true, scope: null, others: 0 });
  });

  it('Cosmos DB: in brackets, and nobody says of which kind', () => {
    const action = 'Microsoft.DocumentDB/databaseAccounts/readMetadata';
    const message = `Request is blocked because principal [p] does not have required RBAC permissions to perform action [${action}] on resource [/].`;
    expect(need(message)).toEqual({ action, isDataAction: null, scope: null, others: 0 });
  });

  it('an action in a sentence of somebody’s', () => {
    expect(need(`please: I need (${START}), on https://portal.azure.com/x!`)).toMatchObject({
      action: START,
      isDataAction: null,
    });
  });

  it('a deny assignment: no role lifts it', () => {
    const message = `The client 'x' has permission to perform action '${START}' on scope '${VM}'; however, the access is denied because of the deny assignment with name 'n' and Id 'i' at scope '/subscriptions/s1'.`;
    expect(need(message)).toMatchObject({
      code: 'no-action-named',
      message: 'A deny assignment refused this. No role lifts one.',
    });
  });

  it.each([
    [
      '{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}',
      'Microsoft Graph does not say which action it refused.',
    ],
    [
      'Insufficient privileges to complete the operation.',
      'Microsoft Graph does not say which action it refused.',
    ],
    [
      'Status: 403 ErrorCode: AuthorizationPermissionMismatch',
      'Azure Storage does not say which action it refused.',
    ],
    ['Access denied by node_modules/foo.bar/baz and main.tf/x.', 'This names no action.'],
  ])('%s names no action, and what to give instead is said', (text, message) => {
    const problem = need(text);
    expect(problem).toMatchObject({ code: 'no-action-named', message });
    expect(JSON.stringify(problem)).toContain('microsoft.directory/users/password/update');
  });
});

describe('foreign text', () => {
  it('never comes back but as an action and a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        const read = readNeed(`${a} ${FAILED} ${b}`);
        const text = read.kind === 'need' ? `${read.need.action}${read.need.scope}` : '';
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\s"'<>]/u);
      }),
    );
  });

  it.each(['/subscriptions/s1?y', '/subscriptions/s1/../s2', '/subscriptions//x', '/elsewhere/x'])(
    'has no place %s',
    (place) => {
      expect(need(FAILED.replace(VM, place))).toMatchObject({ action: START, scope: null });
    },
  );

  it('is read in a moment, also when it is made to be slow', () => {
    for (const part of ['\\', "'", 'a.', 'a.b/', '/subscriptions/', '(', 'authorization '])
      expect(readNeed(part.repeat(4000 / part.length)).kind).toBe('problem');
  });
});
