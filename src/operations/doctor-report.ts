import type { Account, MachineDiagnostics } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { shortName } from '../domain/target.ts';
import { isCode } from '../domain/text.ts';
import type { Check } from './doctor-check.ts';

const MAIL = /[^\s"'<>(),;:]+@[^\s"'<>(),;:]+/gu;
/** Foreign text always stands in quotation marks, which it cannot close. */
const FOREIGN = /"[^"]*"/gu;
const GUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/giu;

/** Where a report is made. Without settings where they make no sense. */
interface Place {
  readonly diagnostics: MachineDiagnostics;
  readonly settings: Settings | null;
}

/** The same person has the same name in each report, and nobody can tell who it is. */
function alias(kind: string, text: string): string {
  return shortName(kind, text.toLowerCase());
}

/** Texts that tell who or where somebody is, and what stands in their place. The first wins. */
function replacements(
  { diagnostics, settings }: Place,
  account: Account | null,
): readonly (readonly [text: string, instead: string])[] {
  const tenant = settings?.tenant?.value ?? '';
  const people: readonly (readonly [string, string])[] =
    account === null
      ? []
      : [
          [account.username, alias('account', account.objectId)],
          [account.objectId, alias('account', account.objectId)],
          [account.tenantId, alias('tenant', account.tenantId)],
        ];
  const { home, statePath } = diagnostics.machine();
  const all = [...people, [statePath, '(state folder)'], [home, '~']] as const;
  // A home folder of "/" would stand in every path.
  return [...all, [tenant, alias('tenant', tenant)] as const].filter(([text]) => text.length > 1);
}

function without(text: string, [secret, instead]: readonly [string, string]): string {
  const place = text.toLowerCase().indexOf(secret.toLowerCase());
  if (place < 0) return text;
  const rest = text.slice(place + secret.length);
  return `${text.slice(0, place)}${instead}${without(rest, [secret, instead])}`;
}

/** Takes out of a text of ours what tells who or where somebody is. The app's id stays. */
export function redaction(place: Place, account: Account | null): (text: string) => string {
  const pairs = replacements(place, account);
  const app = place.settings?.clientId.value.toLowerCase();
  return (text) =>
    pairs
      .reduce(without, text)
      .replace(MAIL, (mail) => alias('account', mail))
      .replace(GUID, (id) => (id.toLowerCase() === app ? id : alias('id', id)));
}

/**
 * What may be shown to strangers: Microsoft's sentences are left out, since they may name people;
 * accounts, tenants and folders get other names. Hosts, codes, request ids and the app's id stay.
 */
export function redacted(checks: readonly Check[], place: Place, account: Account | null): Check[] {
  const clean = redaction(place, account);
  return checks.map((check) => ({
    ...check,
    what: clean(check.code === null ? check.what : check.what.replace(FOREIGN, '"…"')),
    fixes: check.fixes.map(clean),
    upstreamCode: isCode(check.upstreamCode ?? '') ? check.upstreamCode : null,
    upstream: null,
  }));
}
