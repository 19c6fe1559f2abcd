import { PimError } from '../domain/errors.ts';
import type { Http } from '../domain/ports.ts';
import { cleanName, quoted } from '../domain/text.ts';

function addressIn(url: string, origins: ReadonlySet<string>): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isPlain = parsed?.username === '' && parsed.password === '';
  if (parsed !== null && isPlain && origins.has(parsed.origin)) return parsed.href;
  const host = quoted(cleanName(parsed?.host ?? 'no host'));
  throw new PimError(
    'malformed',
    `Refused to contact ${host}: it is not one of the configured hosts.`,
  );
}

/**
 * The same HTTP, for these origins only: nothing that an answer says (a next link, a redirect) can
 * carry a token to another host. An address with a user name in it is refused as well.
 */
export function restrictTo(http: Http, origins: readonly string[]): Http {
  const allowed = new Set(origins.map((origin) => new URL(origin).origin));
  // What was checked is what is sent, in the same spelling.
  return async (url, request) => http(addressIn(url, allowed), request);
}
