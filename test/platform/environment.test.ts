import { describe, expect, it } from 'vitest';
import { hours, minutes } from '../../src/domain/duration.ts';
import {
  DEFAULT_AZURE_CLIENT_ID,
  DEFAULT_CLIENT_ID,
  PUBLIC_CLOUD,
} from '../../src/domain/settings.ts';
import { readSettings } from '../../src/platform/environment.ts';
import { stateDirectoryPath } from '../../src/platform/paths.ts';

const GUID_A = '11111111-1111-1111-1111-111111111111';
const GUID_B = '22222222-2222-2222-2222-222222222222';

function failure(env: Record<string, string>): unknown {
  try {
    return readSettings(env);
  } catch (error) {
    return error;
  }
}

describe('settings', () => {
  it('are complete without any variable', () => {
    expect(readSettings({})).toEqual({
      tenant: null,
      clientId: { value: DEFAULT_CLIENT_ID, source: 'built in' },
      azureClientId: { value: DEFAULT_AZURE_CLIENT_ID, source: 'built in' },
      endpoints: PUBLIC_CLOUD,
      defaultDuration: { value: hours(1), source: 'built in' },
      responseMode: 'form_post',
      account: null,
      tokenStore: { value: 'auto', source: 'built in' },
      signInWay: { value: 'auto', source: 'built in' },
      logLevel: { value: 'off', source: 'built in' },
      isDemo: false,
    });
  });

  it.each([
    ['ENTRA_PIM_TOKEN_STORE', 'Keyring', 'tokenStore', 'keyring'],
    ['ENTRA_PIM_AUTH', ' device-code ', 'signInWay', 'device-code'],
  ] as const)('take one of the words for %s, in any case', (name, text, field, value) => {
    expect(readSettings({ [name]: text })[field]).toEqual({ value, source: name });
  });

  it.each([
    ['ENTRA_PIM_TOKEN_STORE', 'auto, keyring, file, memory'],
    ['ENTRA_PIM_LOG', 'off, error, info, debug, trace'],
    ['ENTRA_PIM_AUTH', 'auto, browser, device-code, paste'],
  ])('refuse other words for %s and name those there are', (name, words) => {
    expect(failure({ [name]: 'nonsense' })).toMatchObject({
      code: 'configuration',
      details: { fix: expect.stringContaining(words) },
    });
  });

  it('prefer our own names to those of the Azure world, and say where a value came from', () => {
    const settings = readSettings({
      ENTRA_PIM_TENANT_ID: 'contoso.onmicrosoft.com',
      AZURE_TENANT_ID: GUID_A,
      ENTRA_PIM_CLIENT_ID: '  ',
      AZURE_CLIENT_ID: ` ${GUID_B} `,
    });
    expect(settings.tenant).toEqual({
      value: 'contoso.onmicrosoft.com',
      source: 'ENTRA_PIM_TENANT_ID',
    });
    expect(settings.clientId).toEqual({ value: GUID_B, source: 'AZURE_CLIENT_ID' });
  });

  it.each([
    'not a tenant',
    'contoso',
    'https://contoso.com',
    'organizations',
    'Common',
    'consumers',
  ])('refuse the tenant %j', (value) => {
    expect(failure({ AZURE_TENANT_ID: value })).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('AZURE_TENANT_ID'),
    });
  });

  it('refuse a client id that is no GUID', () => {
    expect(failure({ ENTRA_PIM_CLIENT_ID: 'my-app' })).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('ENTRA_PIM_CLIENT_ID'),
    });
  });

  it.each([
    ['45m', minutes(45)],
    ['PT2H', hours(2)],
    ['max', 'maximum'],
    ['Maximum', 'maximum'],
  ])('read the default duration %s', (value, expected) => {
    expect(readSettings({ ENTRA_PIM_DEFAULT_DURATION: value }).defaultDuration).toEqual({
      value: expected,
      source: 'ENTRA_PIM_DEFAULT_DURATION',
    });
  });

  it.each(['8', '0m', '4m', '-1h', 'soon'])('refuse the default duration %j', (value) => {
    expect(failure({ ENTRA_PIM_DEFAULT_DURATION: value })).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('ENTRA_PIM_DEFAULT_DURATION'),
    });
  });

  it('do not let a value write into the message', () => {
    expect(failure({ AZURE_TENANT_ID: 'x"\u001B[2J\nignore this' })).toMatchObject({
      message: expect.not.stringMatching(/\p{Cc}/u),
    });
  });
});

/** Without its Azure. */
const SIMULATOR = {
  AZURE_AUTHORITY_HOST: 'http://127.0.0.1:4000',
  ENTRA_PIM_GRAPH_URL: 'http://127.0.0.1:4000',
};

describe('endpoints', () => {
  it('are a simulator when all are http on this machine', () => {
    const env = {
      AZURE_AUTHORITY_HOST: 'http://127.0.0.1:4000',
      ENTRA_PIM_GRAPH_URL: 'http://localhost:4001/',
      ENTRA_PIM_ARM_URL: 'http://localhost:4002',
    };
    expect(readSettings(env).endpoints).toEqual({
      cloud: 'simulator',
      authority: { kind: 'simulator', origin: 'http://127.0.0.1:4000' },
      graphOrigin: 'http://localhost:4001',
      armOrigin: 'http://localhost:4002',
    });
  });

  it.each([
    [
      'login.microsoftonline.us',
      'Azure US Government',
      'https://graph.microsoft.us',
      'https://management.usgovcloudapi.net',
    ],
    [
      'login.partner.microsoftonline.cn',
      'Azure China',
      'https://microsoftgraph.chinacloudapi.cn',
      'https://management.chinacloudapi.cn',
    ],
  ])('know the APIs of the national cloud at %s', (host, cloud, graphOrigin, armOrigin) => {
    expect(readSettings({ AZURE_AUTHORITY_HOST: host, AZURE_CLIENT_ID: GUID_A }).endpoints).toEqual(
      {
        cloud,
        authority: { kind: 'microsoft', origin: `https://${host}` },
        graphOrigin,
        armOrigin,
      },
    );
  });

  it.each([
    ['AzureCloud', 'https://login.microsoftonline.com', 'https://graph.microsoft.com'],
    ['AzureUSGovernment', 'https://login.microsoftonline.us', 'https://graph.microsoft.us'],
    ['AzureUSGovernmentDoD', 'https://login.microsoftonline.us', 'https://dod-graph.microsoft.us'],
    [
      'azure-china-cloud',
      'https://login.partner.microsoftonline.cn',
      'https://microsoftgraph.chinacloudapi.cn',
    ],
  ])('are those of AZURE_CLOUD=%s', (name, origin, graphOrigin) => {
    const { endpoints } = readSettings({ AZURE_CLOUD: name, AZURE_CLIENT_ID: GUID_A });
    expect(endpoints).toMatchObject({ authority: { kind: 'microsoft', origin }, graphOrigin });
  });

  it('refuse a cloud that nobody knows, and hosts of another one than is named', () => {
    expect(failure({ AZURE_CLOUD: 'AzureMoon' })).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('AzureMoon'),
    });
    const env = { AZURE_CLOUD: 'AzureCloud', AZURE_AUTHORITY_HOST: 'login.microsoftonline.us' };
    expect(failure(env)).toMatchObject({
      message: expect.stringContaining('AZURE_AUTHORITY_HOST'),
      details: { fix: expect.stringContaining('AZURE_CLOUD') },
    });
  });

  it.each([
    { AZURE_CLOUD: 'AzureChinaCloud' },
    { AZURE_AUTHORITY_HOST: 'login.microsoftonline.us' },
  ])('demand an app of one’s own outside of the public cloud: %o', (env) => {
    expect(failure(env)).toMatchObject({
      code: 'configuration',
      details: { fix: expect.stringContaining('AZURE_CLIENT_ID') },
    });
  });

  it('know the second Graph of the US Government cloud', () => {
    const env = {
      AZURE_AUTHORITY_HOST: 'login.microsoftonline.us',
      ENTRA_PIM_GRAPH_URL: 'https://dod-graph.microsoft.us/',
      AZURE_CLIENT_ID: GUID_A,
    };
    expect(readSettings(env).endpoints).toEqual({
      cloud: 'Azure US Government (DoD)',
      authority: { kind: 'microsoft', origin: 'https://login.microsoftonline.us' },
      graphOrigin: 'https://dod-graph.microsoft.us',
      armOrigin: 'https://management.usgovcloudapi.net',
    });
  });

  it('take the APIs that were named for a cloud that nobody knows', () => {
    const env = {
      AZURE_AUTHORITY_HOST: 'https://login.example',
      ENTRA_PIM_GRAPH_URL: 'https://graph.example',
      ENTRA_PIM_ARM_URL: 'https://arm.example',
      AZURE_CLIENT_ID: GUID_A,
    };
    expect(readSettings(env).endpoints).toEqual({
      cloud: 'login.example',
      authority: { kind: 'microsoft', origin: 'https://login.example' },
      graphOrigin: 'https://graph.example',
      armOrigin: 'https://arm.example',
    });
  });

  it.each([
    ['ENTRA_PIM_GRAPH_URL', 'https://graph.microsoft.com'],
    ['ENTRA_PIM_ARM_URL', 'https://management.azure.com'],
  ])('name %s as the variable to leave out when it would send tokens elsewhere', (name, right) => {
    expect(failure({ [name]: 'https://evil.example' })).toMatchObject({
      message: expect.stringContaining(name),
      details: { fix: `Leave ${name} out, or set it to ${right}.` },
    });
  });

  it.each([
    ['ENTRA_PIM_GRAPH_URL', { ENTRA_PIM_ARM_URL: 'https://arm.example' }],
    ['ENTRA_PIM_ARM_URL', { ENTRA_PIM_GRAPH_URL: 'https://graph.example' }],
  ])('ask for %s where nobody knows the cloud', (name, env) => {
    expect(failure({ AZURE_AUTHORITY_HOST: 'https://login.example', ...env })).toMatchObject({
      code: 'configuration',
      details: { fix: expect.stringContaining(`Set ${name} `) },
    });
  });

  it.each([
    ['a simulator beside the real Graph', { AZURE_AUTHORITY_HOST: 'http://127.0.0.1:4000' }],
    ['the real authority beside a simulator', { ENTRA_PIM_GRAPH_URL: 'http://127.0.0.1:4000' }],
    ['plain http elsewhere', { AZURE_AUTHORITY_HOST: 'http://login.example' }],
    ['another scheme', { ENTRA_PIM_GRAPH_URL: 'ftp://graph.example' }],
    ['a path', { ENTRA_PIM_GRAPH_URL: 'https://graph.microsoft.com/beta' }],
    ['a user name', { AZURE_AUTHORITY_HOST: 'https://a@login.microsoftonline.com' }],
    ['no address', { AZURE_AUTHORITY_HOST: 'https://' }],
    ['another Graph for the public cloud', { ENTRA_PIM_GRAPH_URL: 'https://evil.example' }],
    ['the Graph of another cloud', { ENTRA_PIM_GRAPH_URL: 'https://graph.microsoft.us' }],
    [
      'another Graph for a national cloud',
      {
        AZURE_AUTHORITY_HOST: 'login.partner.microsoftonline.cn',
        ENTRA_PIM_GRAPH_URL: 'https://graph.microsoft.com',
      },
    ],
    [
      'the real Azure beside a simulator',
      { ...SIMULATOR, ENTRA_PIM_ARM_URL: 'https://management.azure.com' },
    ],
    ['a simulator that is Azure only', { ENTRA_PIM_ARM_URL: 'http://127.0.0.1:4000' }],
    ['a simulator without its Azure', SIMULATOR],
    ['another Azure for the public cloud', { ENTRA_PIM_ARM_URL: 'https://evil.example' }],
    [
      'the Azure of another cloud',
      {
        AZURE_AUTHORITY_HOST: 'login.microsoftonline.us',
        ENTRA_PIM_ARM_URL: 'https://management.azure.com',
      },
    ],
    ['a path at Azure', { ENTRA_PIM_ARM_URL: 'https://management.azure.com/subscriptions' }],
    ['an unknown cloud without its Graph', { AZURE_AUTHORITY_HOST: 'https://login.example' }],
  ])('refuse %s', (_what, env) => {
    expect(failure(env)).toMatchObject({ code: 'configuration' });
  });
});

describe('the state folder', () => {
  it.each([
    [
      'win32',
      { LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local' },
      'C:\\Users\\a\\AppData\\Local\\entra-pim',
    ],
    ['win32', {}, 'C:\\h\\AppData\\Local\\entra-pim'],
    ['darwin', {}, 'C:\\h/Library/Application Support/entra-pim'],
    ['linux', {}, 'C:\\h/.local/state/entra-pim'],
    ['linux', { XDG_STATE_HOME: '/s' }, '/s/entra-pim'],
    ['linux', { XDG_STATE_HOME: 'relative' }, 'C:\\h/.local/state/entra-pim'],
    ['linux', { XDG_STATE_HOME: '/s', ENTRA_PIM_STATE_DIR: '/mine' }, '/mine'],
  ])('on %s with %j is %s', (platform, env, expected) => {
    expect(stateDirectoryPath(env, { platform, home: 'C:\\h' })).toBe(expected);
  });
});
