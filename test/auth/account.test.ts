import { expect, it } from 'vitest';
import { accountFrom } from '../../src/auth/account.ts';

const MSAL = {
  homeAccountId: 'o.t',
  environment: 'login.microsoftonline.com',
  tenantId: 't',
  username: 'ada\u001B[2J@contoso.example',
  localAccountId: 'o',
};

it('cleans the names that the directory has for a person', () => {
  const idTokenClaims = {
    oid: 'o',
    tid: 't',
    name: 'Ada\u202E\u001B]0;x\u0007\nLindgren',
    preferred_username: 'ada\u200B@contoso.example\n',
  };
  expect(accountFrom({ ...MSAL, idTokenClaims })).toEqual({
    objectId: 'o',
    tenantId: 't',
    username: 'ada@contoso.example',
    displayName: 'Ada ]0;x Lindgren',
  });
});

it('cleans the name that MSAL has where the token says none', () => {
  expect(accountFrom({ ...MSAL, idTokenClaims: { oid: 'o', tid: 't', name: ' \u200B' } })).toEqual({
    objectId: 'o',
    tenantId: 't',
    username: 'ada [2J@contoso.example',
    displayName: null,
  });
});
