import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/platform/environment.ts';

describe('settings', () => {
  it('take an app of one’s own for both APIs, unless Azure has another', () => {
    const own = { AZURE_CLIENT_ID: 'aaaaaaaa-0000-4000-8000-000000000000' };
    expect(readSettings(own).azureClientId).toEqual(readSettings(own).clientId);
    const other = 'bbbbbbbb-0000-4000-8000-000000000000';
    expect(readSettings({ ...own, ENTRA_PIM_AZURE_CLIENT_ID: other }).azureClientId).toEqual({
      value: other,
      source: 'ENTRA_PIM_AZURE_CLIENT_ID',
    });
    expect(() => readSettings({ ENTRA_PIM_AZURE_CLIENT_ID: 'azure' })).toThrow(/no application/u);
  });

  it('say whose sign-in is meant, a flag before a variable', () => {
    const env = { ENTRA_PIM_ACCOUNT: 'ada@contoso.example', AZURE_TENANT_ID: 'contoso.example' };
    expect(readSettings(env)).toMatchObject({
      account: { value: 'ada@contoso.example', source: 'ENTRA_PIM_ACCOUNT' },
      tenant: { value: 'contoso.example', source: 'AZURE_TENANT_ID' },
    });
    expect(
      readSettings({ ...env, '--account': 'marcus', '--tenant': 'other.example' }),
    ).toMatchObject({
      account: { value: 'marcus', source: '--account' },
      tenant: { value: 'other.example', source: '--tenant' },
    });
  });

  it('take the account that is meant', () => {
    const account = { value: 'anna@contoso.example', source: 'ENTRA_PIM_ACCOUNT' };
    expect(readSettings({ ENTRA_PIM_ACCOUNT: account.value }).account).toEqual(account);
  });
});
