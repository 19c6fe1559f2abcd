import type { Http, Resource } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { scopesOf, settingsFor } from './granted.ts';
import { refusalBeforehand } from './preflight.ts';
import { refused } from './sts-refusal.ts';

/** Entra leaves the port of a loopback redirect out of account, so it need not be ours. */
const REDIRECT = 'http://localhost';

interface Asking {
  readonly http: Http;
  readonly settings: Settings;
}

/**
 * Asks Entra, as before each sign-in, whether there is such a tenant and app, and such a redirect.
 * The app is the one that this API is asked for with. Opens nothing and needs nobody.
 * @throws PimError as the sign-in would
 */
export async function checkApp(resource: Resource, { http, settings: all }: Asking): Promise<void> {
  const settings = settingsFor(resource, all);
  const { endpoints, tenant, clientId } = settings;
  const base = `${endpoints.authority.origin}/${tenant?.value ?? 'organizations'}`;
  const query = new URLSearchParams({
    client_id: clientId.value,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: ['openid', ...scopesOf(resource, ['.default'], settings)].join(' '),
    code_challenge_method: 'S256',
  });
  const refusal = await refusalBeforehand(
    http,
    `${base}/oauth2/v2.0/authorize?${query.toString()}`,
  );
  if (refusal !== null) throw refused(refusal, settings);
}
