import { explained, PimError, type ErrorDetails } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/explanation.ts';
import { EXPLANATIONS, isKnownReason, isRuleName, type KnownReason } from '../domain/reasons.ts';
import { cleanMessage, cleanName, quoted } from '../domain/text.ts';
import { claimsInMessage, demandedIn } from './claims.ts';
import { readFault, type GraphFault } from './error-body.ts';
import { retryAfterSeconds } from './http/retry.ts';
import type { Answer } from './http/send.ts';
import { isId } from './odata.ts';

/** Kinds of answers whose code we do not know. Everything else with 4xx is `rejected`. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
};

const CLAIMS = /claims(?:=|%3d)|access_token/iu;
const CLAIMS_LEFT_OUT = 'A claims challenge (left out here).';
const POLICY_FAILED: KnownReason = 'RoleAssignmentRequestPolicyValidationFailed';

function upstreamOf({ code, message }: GraphFault): { code: string; message: string } {
  const text = CLAIMS.test(message) ? CLAIMS_LEFT_OUT : cleanMessage(message);
  return { code: CLAIMS.test(code) ? '' : cleanName(code), message: text };
}

/** Graph's; then those of Azure Resource Manager, whose support asks for the correlation id. */
const REQUEST_ID_HEADERS = ['request-id', 'x-ms-correlation-request-id', 'x-ms-request-id'];

function requestIdOf(answer: Answer, fault: GraphFault | undefined): string {
  const inHeaders = REQUEST_ID_HEADERS.map((name) => answer.header(name) ?? '');
  return [...inHeaders, fault?.requestId ?? ''].find(isId) ?? '';
}

function detailsOf(answer: Answer, fault: GraphFault | undefined, now: Date): ErrorDetails {
  const requestId = requestIdOf(answer, fault);
  const wait = retryAfterSeconds(answer, now);
  return {
    status: answer.status,
    ...(fault ? { upstream: upstreamOf(fault) } : {}),
    ...(requestId === '' ? {} : { requestId }),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
}

/** `["MfaRule","ExpirationRule"]` and `MfaRule - text`: both forms are in use. */
function failedRules(message: string): string[] {
  return [...new Set(message.match(/\b[A-Z][A-Za-z]{0,39}Rule\b/gu))];
}

function isStepUp(rule: string): boolean {
  return isRuleName(rule) && EXPLANATIONS[rule].code === 'step-up-required';
}

/**
 * What a fresh sign-in does not mend comes first, as the first reason decides the next step. Where only
 * rules that we do not know stand before the step-up, the refusal as a whole is that first reason.
 */
function reasonsOf(failed: readonly string[]): readonly KnownReason[] {
  const known = failed.filter(isRuleName);
  const refusing = known.filter((rule) => !isStepUp(rule));
  const stepUps = known.filter(isStepUp);
  const isStepUpOnly = stepUps.length > 0 && stepUps.length === failed.length;
  const first = refusing.length > 0 || isStepUpOnly ? refusing : [POLICY_FAILED];
  return [...first, ...stepUps];
}

/** True where multifactor authentication is all that is missing: beside other rules it mends nothing. */
export function isOnlyMfa({ code, message }: GraphFault): boolean {
  const failed = code === POLICY_FAILED ? failedRules(message) : [];
  return failed.length === 1 && failed[0] === 'MfaRule';
}

const MOST_UNKNOWN_RULES = 8;

/** Their names are foreign text: single words, quoted, and not many of them. */
function unknownRules(failed: readonly string[]): string[] {
  const names = failed.filter((rule) => !isRuleName(rule)).slice(0, MOST_UNKNOWN_RULES);
  if (names.length === 0) return [];
  const rules = names.length === 1 ? 'rule' : 'rules';
  return [`Microsoft names the ${rules} ${names.map(quoted).join(' and ')}, unknown to us.`];
}

function policyFailure(message: string, details: ErrorDetails): PimError {
  const failed = failedRules(message);
  const reasons = reasonsOf(failed);
  const [first = POLICY_FAILED] = reasons;
  const causes = reasons.map((reason) => EXPLANATIONS[reason].cause);
  const text = [...causes, ...unknownRules(failed)].join(' ');
  return new PimError(EXPLANATIONS[first].code, text, { reasons, ...details });
}

const PERMISSION = /^[a-z]+(?:\.[a-z]+){1,3}$/iu;
const LONGEST_PERMISSION = 100;
const MOST_PERMISSIONS = 8;

/** `… missing permission scope A,B.` Foreign text: only what has the shape of a permission is one. */
function scopesIn(message: string): string[] {
  const list = /missing permission scope\s+([\w.,\s-]+)/iu.exec(message)?.[1] ?? '';
  return list
    .split(/[,\s]+/u)
    .map((scope) => scope.replace(/\.+$/u, ''))
    .filter((scope) => scope.length <= LONGEST_PERMISSION && PERMISSION.test(scope))
    .slice(0, MOST_PERMISSIONS);
}

function scopeFailure(message: string, details: ErrorDetails): PimError {
  const missingScopes = scopesIn(message);
  return explained('PermissionScopeNotGranted', {
    ...details,
    ...(missingScopes.length === 0 ? {} : { missingScopes }),
  });
}

/** Which context it is: the one thing of the claims that people need. */
function contextFailure(message: string, details: ErrorDetails): PimError {
  const reason = 'RoleAssignmentRequestAcrsValidationFailed';
  const contexts = demandedIn(claimsInMessage(message) ?? '')?.contexts ?? [];
  const { code, cause } = EXPLANATIONS[reason];
  const named = contexts.length === 0 ? '' : ` Missing: ${contexts.join(', ')}.`;
  return new PimError(code, `${cause}${named}`, { reasons: [reason], ...details });
}

/** Azure Policy's own "no", or how Azure asks for multifactor authentication: only the text tells. */
function disallowed(message: string, details: ErrorDetails): PimError {
  const isStepUpAsked = CLAIMS.test(message) || /\bmfa\b|multi-?factor/iu.test(message);
  return explained(
    isStepUpAsked ? 'RequestDisallowedByAzure' : 'RequestDisallowedByPolicy',
    details,
  );
}

/** Reasons whose message holds facts beyond the code. */
const READERS: Partial<Record<KnownReason, (message: string, details: ErrorDetails) => PimError>> =
  {
    RoleAssignmentRequestPolicyValidationFailed: policyFailure,
    RoleAssignmentRequestAcrsValidationFailed: contextFailure,
    PermissionScopeNotGranted: scopeFailure,
    RequestDisallowedByPolicy: disallowed,
  };

function hasClaimsChallenge(answer: Answer): boolean {
  return /insufficient_claims|\bclaims="/iu.test(answer.header('www-authenticate') ?? '');
}

/** True for a refused token that a new one may mend; false where a fresh sign-in is asked for. */
export function isRefusedToken(answer: Answer): boolean {
  return answer.status === 401 && !hasClaimsChallenge(answer);
}

function reasonOf(answer: Answer, fault: GraphFault | undefined): KnownReason | undefined {
  const { status } = answer;
  if (status === 401 && hasClaimsChallenge(answer)) return 'InsufficientClaims';
  if (status === 429) return 'TooManyRequests';
  if (fault && isKnownReason(fault.code)) return fault.code;
  if (fault?.message.includes('CultureNotFoundException')) return 'CultureNotFoundException';
  return status === 401 ? 'InvalidAuthenticationToken' : undefined;
}

function unknownFailure(status: number, hasFault: boolean, details: ErrorDetails): PimError {
  if (status >= 500) return new PimError('upstream', `Microsoft failed (HTTP ${status}).`, details);
  if (status >= 400 && hasFault) {
    const code = BY_STATUS[status] ?? 'rejected';
    return new PimError(code, `Microsoft refused the request (HTTP ${status}).`, details);
  }
  const what = status >= 400 ? 'an error page' : 'a redirect';
  return new PimError(
    'malformed',
    `Instead of Microsoft, something answered with ${what} (HTTP ${status}).`,
    { fix: 'Check the proxy between this machine and Microsoft.', ...details },
  );
}

/** Any answer that is not a success -> the error to throw. One table of reasons, one of statuses. */
export function failureOf(answer: Answer, now: Date): PimError {
  const fault = readFault(answer);
  const details = detailsOf(answer, fault, now);
  const reason = reasonOf(answer, fault);
  if (reason === undefined) return unknownFailure(answer.status, fault !== undefined, details);
  return READERS[reason]?.(fault?.message ?? '', details) ?? explained(reason, details);
}

/** A success whose body is not what the API promises. */
export function unreadable(what: string): PimError {
  return new PimError('malformed', `Microsoft's answer could not be read: ${what}.`, {
    fix: 'Check the proxy between this machine and Microsoft; if there is none, report it.',
  });
}
