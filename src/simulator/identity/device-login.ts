import type { SimResponse } from '../world.ts';
import { EntraRefusal } from './aadsts.ts';
import { appFor, defaultUser, userByName } from './directory.ts';
import { consent, type Desk, json, type Visit } from './endpoint.ts';
import { devicePage, deviceDonePage } from './pages.ts';
import { parseScopes } from './scopes.ts';

const EXPIRES_SECONDS = 900;

/** `POST /{tenant}/oauth2/v2.0/devicecode` */
export function deviceCode(desk: Desk, { request, path }: Visit): SimResponse {
  const form = new URLSearchParams(request.body);
  const app = appFor(desk.directory, path, form.get('client_id'));
  const scope = form.get('scope');
  if (scope === null) throw new EntraRefusal(70011, { scope: '' });
  parseScopes(scope);
  const wish = { clientId: app.clientId, scope, claims: form.get('claims') };
  const { deviceCode: code, userCode } = desk.deviceCodes.issue(wish);
  const { signIn, signInAs, deviceCodeIntervalSeconds } = desk.behaviour();
  if (signIn === 'automatic') {
    const user =
      signInAs === null ? defaultUser(desk.directory) : userByName(desk.directory, signInAs);
    desk.deviceCodes.decide(userCode, { user });
  }
  const where = `${request.url.origin}/common/oauth2/deviceauth`;
  return json(200, {
    user_code: userCode,
    device_code: desk.issued(code),
    verification_uri: where,
    expires_in: EXPIRES_SECONDS,
    interval: deviceCodeIntervalSeconds,
    message: `To sign in, use a web browser to open the page ${where} and enter the code ${userCode} to authenticate.`,
  });
}

/** `GET /common/oauth2/deviceauth`: where a person types the code. */
export function deviceLogin({ directory }: Desk): SimResponse {
  return devicePage({
    tenantName: directory.tenant.displayName,
    users: directory.users,
    problem: '',
  });
}

/** `POST /common/oauth2/deviceauth` */
export function deviceAnswer(desk: Desk, { request }: Visit): SimResponse {
  const { directory, deviceCodes } = desk;
  const form = new URLSearchParams(request.body);
  const userCode = form.get('code') ?? '';
  const wish = deviceCodes.find(userCode);
  if (wish === null) {
    const { users, tenant } = directory;
    const problem = "That code didn't work. Check the code and try again.";
    return devicePage({ tenantName: tenant.displayName, users, problem });
  }
  if (form.has('cancel')) {
    deviceCodes.decide(userCode, { refusal: 65004 });
    return deviceDonePage('You have declined the sign-in.');
  }
  const user = userByName(directory, form.get('user') ?? '');
  const app = directory.apps.find(({ clientId }) => clientId === wish.clientId);
  if (app) consent(desk, { user, app, wish: parseScopes(wish.scope) });
  deviceCodes.decide(userCode, { user });
  return deviceDonePage('You have signed in on your device. You may close this window.');
}
