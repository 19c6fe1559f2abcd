import * as z from 'zod';
import { adminConsentUrl } from '../domain/admin-consent.ts';
import { explained, PimError, type ErrorDetails } from '../domain/errors.ts';
import { EXPLANATIONS, isKnownReason, type KnownReason } from '../domain/reasons.ts';
import type { Settings } from '../domain/settings.ts';
import { cleanMessage, cleanName, quoted } from '../domain/text.ts';

/** A "no" of the Microsoft identity platform, from the token endpoint or on the way back to us. */
export interface StsRefusal {
  /** OAuth's word: `invalid_grant`. */
  readonly error: string;
  /** `AADSTS65001`, most telling first. */
  readonly codes: readonly string[];
  /** Microsoft's sentence, without the trace ids. */
  readonly description: string;
  readonly correlationId: string | null;
}

const errorBody = z.looseObject({
  error: z.string(),
  error_description: z.string().nullish(),
  error_codes: z.array(z.number()).nullish(),
  correlation_id: z.string().nullish(),
});

const CODE = /AADSTS\d+/gu;
const TRACE = /\s*Trace ID:.*$/su;
const CORRELATION = /Correlation ID:\s*([0-9a-f-]{36})/iu;

function refusalFrom(
  error: string,
  description: string,
  codes: readonly number[] = [],
): StsRefusal {
  const named = [...codes.map((code) => `AADSTS${code}`), ...(description.match(CODE) ?? [])];
  return {
    error: cleanName(error),
    codes: [...new Set(named)],
    description: cleanMessage(description.replace(TRACE, '')),
    correlationId: CORRELATION.exec(description)?.[1] ?? null,
  };
}

/** What a token endpoint's answer refuses; `null` when it does not. */
export function refusalInBody(body: unknown): StsRefusal | null {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return null;
  const { error, error_description, error_codes, correlation_id } = parsed.data;
  const refusal = refusalFrom(error, error_description ?? '', error_codes ?? []);
  return { ...refusal, correlationId: correlation_id ?? refusal.correlationId };
}

/** The parameters that come back from the browser. */
export function refusalInAnswer(answer: URLSearchParams): StsRefusal | null {
  const error = answer.get('error');
  return error === null ? null : refusalFrom(error, answer.get('error_description') ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = { '&#39;': "'", '&quot;': '"', '&amp;': '&' };

/** The page that Entra shows when it will not even ask who is there. */
export function refusalInPage(html: string): StsRefusal | null {
  const sentence = /AADSTS\d+:[^<"\\]*/u.exec(html)?.[0];
  if (sentence === undefined) return null;
  const text = sentence.replace(/&(?:#39|quot|amp);/gu, (entity) => ENTITIES[entity] ?? '');
  return refusalFrom('invalid_request', text);
}

const CONSENT_CODES = ['AADSTS65001', 'AADSTS65004', 'AADSTS90094', 'AADSTS90095'];

/** True when it is the permissions that were refused, not the person: fewer may be granted already. */
export function isAboutConsent({ error, codes }: StsRefusal): boolean {
  return error === 'consent_required' || codes.some((code) => CONSENT_CODES.includes(code));
}

/** The person said no. That is an answer, and no reason to ask for less. */
export function isDeclined({ error, codes }: StsRefusal): boolean {
  return error === 'authorization_declined' || codes.includes('AADSTS65004');
}

/** OAuth's words for "ask the person again": revoked, expired, Conditional Access, consent. */
const NEEDS_PERSON = [
  'invalid_grant',
  'interaction_required',
  'consent_required',
  'login_required',
];

export function needsPerson({ error }: StsRefusal): boolean {
  return NEEDS_PERSON.includes(error);
}

/** Where the values came from that Microsoft did not like. */
function provenance({ clientId, tenant }: Settings): string {
  const where = tenant === null ? 'no tenant is set' : `tenant ${tenant.value} (${tenant.source})`;
  return `Client id ${clientId.value} (${clientId.source}), ${where}.`;
}

/** Consent that somebody can give at an address we know. */
const NEEDS_ADMINISTRATOR: readonly KnownReason[] = ['AADSTS65001', 'AADSTS90094'];

function fixFor(reason: KnownReason, settings: Settings): Pick<ErrorDetails, 'fix'> {
  const { code, fix } = EXPLANATIONS[reason];
  if (NEEDS_ADMINISTRATOR.includes(reason))
    return { fix: `${fix} The address for that: ${adminConsentUrl(settings)}` };
  return code === 'configuration' ? { fix: `${fix} ${provenance(settings)}` } : {};
}

function cancelled({ error, codes }: StsRefusal): boolean {
  return error === 'access_denied' && codes.length === 0;
}

/** Microsoft's own words for it. */
export function upstreamOf({ codes, error, description, correlationId }: StsRefusal): ErrorDetails {
  return {
    upstream: { code: codes[0] ?? error, message: description },
    ...(correlationId === null ? {} : { requestId: correlationId }),
  };
}

/** The error to throw for a refusal. */
export function refused(refusal: StsRefusal, settings: Settings): PimError {
  const reason = refusal.codes.find(isKnownReason);
  const details = upstreamOf(refusal);
  if (reason !== undefined) return explained(reason, { ...details, ...fixFor(reason, settings) });
  if (cancelled(refusal))
    return new PimError('sign-in-failed', 'The sign-in was cancelled in the browser.', details);
  return new PimError(
    'sign-in-failed',
    `Microsoft refused the sign-in: ${quoted(refusal.description || refusal.error)}`,
    details,
  );
}
