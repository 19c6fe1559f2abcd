import { createHash, randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import {
  type RunningSimulator,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/index.ts';
import { TEST_START } from '../support/fake-clock.ts';

/** Registrations of the Contoso scenario; of Fabrikam's where it says so. */
export const CLIENTS = {
  graphCommandLine: '14d82eec-204b-4c2f-b7e8-296a70dab67e',
  azureCli: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
  own: 'bbeeb636-1d33-4c6d-96f0-da847a2a3b87',
  web: 'ff53a46f-5ead-403a-84c4-b877678537a3',
  singleTenant: '7c77833f-338f-4aab-b1c8-046a3c6dd345',
  retired: 'e4631b55-3fde-45b4-a886-904732dce811',
  groupsOnly: '68e58909-ccb2-4416-925a-56c9a30f4300',
  fabrikamOnly: '18fd3581-b52d-463f-b600-ca3cf57928f6',
} as const;

export const CONTOSO = 'b9c8b9ff-e46e-4627-9419-c7723226db94';
export const FABRIKAM = 'b6661101-0431-4287-98bc-f8ef74c71ace';

export const ADA = 'ada.lindgren@contoso.example';
export const MARCUS = 'marcus.okafor@contoso.example';
export const JONAS = 'jonas.weber@fabrikam.example';
/** Object ids of Ada, at home and where she is a guest. */
export const ADA_AT_HOME = 'f6fadfa7-e5c1-4b62-9362-da5cc13da58a';
export const ADA_AS_GUEST = 'ca1d5699-9473-4b44-bd38-aa61a70cfabc';
export const READ_ROLES = 'https://graph.microsoft.com/RoleEligibilitySchedule.Read.Directory';

/** A simulator that signs in by itself, gone when the test is over. */
export async function running(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const clock = { now: () => TEST_START };
  const simulator = await startSimulator({ clock, signIn: 'automatic', ...options });
  onTestFinished(() => simulator.stop());
  return simulator;
}

export const errorAnswer = z.looseObject({
  error: z.string(),
  error_description: z.string(),
  error_codes: z.array(z.number()),
  timestamp: z.string(),
  trace_id: z.string(),
  correlation_id: z.string(),
  suberror: z.string().optional(),
  claims: z.string().optional(),
});

const tokenAnswer = z.looseObject({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  client_info: z.string().optional(),
  scope: z.string(),
  expires_in: z.number(),
});

export type Fields = Readonly<Record<string, string>>;

export const VERIFIER = randomBytes(32).toString('base64url');
export const REDIRECT = 'http://localhost:50123';

const OIDC = 'openid profile offline_access';

export function authorizeUrl(
  simulator: RunningSimulator,
  changes: Fields = {},
  tenant: string = simulator.tenantId,
): string {
  const url = new URL(`${simulator.origin}/${tenant}/oauth2/v2.0/authorize`);
  const query = {
    client_id: CLIENTS.own,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: REDIRECT,
    scope: `${READ_ROLES} ${OIDC}`,
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** What came back to the app in the address, without going there. */
export async function answerInAddress(
  url: string,
  init: RequestInit = {},
): Promise<URLSearchParams> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const location = response.headers.get('location');
  if (location === null) throw new Error(`no redirect: ${await response.text()}`);
  return new URL(location).searchParams;
}

export async function codeFor(
  simulator: RunningSimulator,
  changes: Fields = {},
  tenant: string = simulator.tenantId,
): Promise<string> {
  const answer = await answerInAddress(authorizeUrl(simulator, changes, tenant));
  return answer.get('code') ?? `no code: ${answer.toString()}`;
}

export function postToken(
  simulator: RunningSimulator,
  fields: Fields,
  tenant: string = simulator.tenantId,
): Promise<Response> {
  const body = new URLSearchParams({ client_id: CLIENTS.own, ...fields });
  return fetch(`${simulator.origin}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
}

export function byCode(code: string, changes: Fields = {}): Fields {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
    scope: `${READ_ROLES} ${OIDC}`,
    client_info: '1',
    ...changes,
  };
}

export async function tokens(response: Response): Promise<z.infer<typeof tokenAnswer>> {
  return tokenAnswer.parse(await response.json());
}

export async function refusal(response: Response): Promise<z.infer<typeof errorAnswer>> {
  return errorAnswer.parse(await response.json());
}

/** A whole sign-in at a tenant's address, up to the tokens. */
export async function signedIn(
  simulator: RunningSimulator,
  changes: Fields = {},
  tenant: string = simulator.tenantId,
): Promise<z.infer<typeof tokenAnswer>> {
  const code = await codeFor(simulator, changes, tenant);
  const scope = changes['scope'] === undefined ? {} : { scope: changes['scope'] };
  const client = { client_id: changes['client_id'] ?? CLIENTS.own };
  return tokens(await postToken(simulator, byCode(code, { ...client, ...scope }), tenant));
}

export function byRefreshToken(token: string | undefined, changes: Fields = {}): Fields {
  return {
    grant_type: 'refresh_token',
    refresh_token: token ?? 'no refresh token',
    scope: `${READ_ROLES} ${OIDC}`,
    ...changes,
  };
}
