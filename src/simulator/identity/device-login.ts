import type { SimResponse } from '../world.ts';
import { accountByName, accountsAt, defaultAccount } from './accounts.ts';
import { EntraRefusal } from './aadsts.ts';
import { appFor, tenantNameAt } from './directory.ts';
import { consent, type Desk, json, type Visit } from './endpoint.ts';
import { devicePage, deviceDonePage } from './pages.ts';
import { parseScopes } from './scopes.ts';

const EXPIRES_SECONDS = 900;

/** `POST /{tenant}/oauth2/v2.0/devicecode` */
export function deviceCode(desk: Desk, { request, path }: Visit): SimResponse {
  const { directories } = desk;
  const form = new URLSearchParams(request.body);
  const app = appFor(directories, path, form.get('client_id'));
  const scope = form.get('scope');
  if (scope === null) throw new EntraRefusal(70011, { scope: '' });
  parseScopes(scope);
  const wish = { clientId: app.clientId, path, scope, claims: form.get('claims') };
  const { deviceCode: code, userCode } = desk.deviceCodes.issue(wish);
  const { signIn, signInAs, deviceCodeIntervalSeconds } = desk.behaviour();
  if (signIn === 'automatic') {
    const door = { directories, path, app };
    const account = signInAs === null ? defaultAccount(door) : accountByName(door, signInAs);
    desk.deviceCodes.decide(userCode, { account });
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

/** The code that is not typed yet says which tenant it is for; so everybody is offered. */
function page({ directories }: Desk, problem: string): SimResponse {
  return devicePage({
    tenantName: tenantNameAt(directories, null),
    accounts: accountsAt(directories, null),
    problem,
  });
}

/** `GET /common/oauth2/deviceauth`: where a person types the code. */
export function deviceLogin(desk: Desk): SimResponse {
  return page(desk, '');
}

/** `POST /common/oauth2/deviceauth` */
export function deviceAnswer(desk: Desk, { request }: Visit): SimResponse {
  const { directories, deviceCodes } = desk;
  const form = new URLSearchParams(request.body);
  const userCode = form.get('code') ?? '';
  const wish = deviceCodes.find(userCode);
  if (wish === null) return page(desk, "That code didn't work. Check the code and try again.");
  if (form.has('cancel')) {
    deviceCodes.decide(userCode, { refusal: 65004 });
    return deviceDonePage('You have declined the sign-in.');
  }
  const app = appFor(directories, wish.path, wish.clientId);
  const door = { directories, path: wish.path, app };
  const account = accountByName(door, form.get('user') ?? '');
  consent(desk, { account, app, wish: parseScopes(wish.scope) });
  deviceCodes.decide(userCode, { account });
  return deviceDonePage('You have signed in on your device. You may close this window.');
}
