import { describe, expect, it } from 'vitest';
import { adminConsentUrl } from '../../src/domain/admin-consent.ts';
import { appPermissions } from '../../src/domain/app-permissions.ts';
import { missingPermissions } from '../../src/domain/permissions.ts';
import { readSettings } from '../../src/platform/environment.ts';

describe('the permissions of an app registration', () => {
  it('for reading hold nothing that writes', () => {
    expect(appPermissions('read', ['graph']).map(({ name }) => name)).toEqual([
      'PrivilegedAssignmentSchedule.Read.AzureADGroup',
      'PrivilegedEligibilitySchedule.Read.AzureADGroup',
      'RoleAssignmentSchedule.Read.Directory',
      'RoleEligibilitySchedule.Read.Directory',
      'RoleManagementPolicy.Read.AzureADGroup',
      'RoleManagementPolicy.Read.Directory',
    ]);
  });

  it.each(['activate', 'approve'] as const)(
    'for %s are what every need of it asks for',
    (purpose) => {
      const names = appPermissions(purpose, ['graph', 'arm']).map(({ name }) => name);
      expect(names).toHaveLength(7);
      for (const surface of ['group', 'directory', 'azure'] as const)
        for (const need of ['list', 'policy', 'requests', 'activate'] as const)
          expect(missingPermissions(surface, need, names)).toEqual([]);
    },
  );

  it('have an id each', () => {
    const ids = appPermissions('activate', ['graph', 'arm']).map(({ id }) => id);
    expect(new Set(ids).size).toBe(7);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
  });
});

describe('the address for admin consent', () => {
  const own = { AZURE_CLIENT_ID: 'aaaaaaaa-0000-4000-8000-000000000000' };

  it('is the short one for an app of one’s own, in its cloud and tenant', () => {
    const env = { ...own, AZURE_TENANT_ID: 'contoso.example', AZURE_CLOUD: 'AzureUSGovernment' };
    expect(adminConsentUrl(readSettings(env))).toBe(
      'https://login.microsoftonline.us/contoso.example/adminconsent?client_id=aaaaaaaa-0000-4000-8000-000000000000',
    );
    expect(adminConsentUrl(readSettings(own))).toContain('/organizations/adminconsent?');
  });

  it('names the permissions for the built-in app, whose registration holds none of them', () => {
    const url = new URL(adminConsentUrl(readSettings({})));
    expect(url.pathname).toBe('/organizations/v2.0/adminconsent');
    expect(url.searchParams.get('redirect_uri')).toBe('http://localhost');
    expect(url.searchParams.get('scope')?.split(' ')).toContain(
      'https://graph.microsoft.com/RoleAssignmentSchedule.ReadWrite.Directory',
    );
  });
});
