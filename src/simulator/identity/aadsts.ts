/**
 * The refusals of the identity platform that the simulator can give.
 * Source: Microsoft Learn, "Microsoft Entra authentication and authorization error codes", and the
 * texts that real sign-ins showed. `{name}` is filled in.
 */
interface Refusal {
  /** OAuth error code. */
  readonly error: string;
  readonly text: string;
  /** HTTP status at the token endpoint; 400 unless said. */
  readonly status?: number;
  readonly suberror?: string;
  /** Where the browser ends: on a page of Entra's (unless said), or back at the app. */
  readonly shown?: 'redirect';
}

export const AADSTS = {
  28000: {
    error: 'invalid_request',
    text: 'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.',
  },
  50011: {
    error: 'invalid_request',
    text: "The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for the application '{app}'.",
  },
  50020: {
    error: 'invalid_grant',
    text: "User account '{user}' from identity provider '{idp}' does not exist in tenant '{tenant}' and cannot access the application '{app}'({appName}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
  },
  50034: {
    error: 'invalid_grant',
    text: 'The user account {user} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
  },
  50049: {
    error: 'invalid_instance',
    text: 'Unknown or invalid instance.',
  },
  50058: {
    error: 'login_required',
    text: 'A silent sign-in request was sent but no user is signed in.',
    shown: 'redirect',
  },
  50076: {
    error: 'interaction_required',
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{app}'.",
    suberror: 'basic_action',
  },
  50079: {
    error: 'interaction_required',
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '{app}'.",
    suberror: 'basic_action',
  },
  50105: {
    error: 'invalid_grant',
    text: "Your administrator has configured the application '{app}' to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{user}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
  },
  50173: {
    error: 'invalid_grant',
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
    suberror: 'bad_token',
  },
  50194: {
    error: 'invalid_request',
    text: "Application '{app}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  },
  53000: {
    error: 'invalid_grant',
    text: 'Device is not in required device state: unknown. Conditional Access policy requires a compliant device, and the device is not compliant.',
    suberror: 'message_only',
  },
  53001: {
    error: 'invalid_grant',
    text: 'Device is not in required device state: unknown. Conditional Access policy requires a domain joined device, and the device is not domain joined.',
    suberror: 'message_only',
  },
  53003: {
    error: 'invalid_grant',
    text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    suberror: 'message_only',
  },
  54005: {
    error: 'invalid_grant',
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  65001: {
    error: 'consent_required',
    text: "The user or administrator has not consented to use the application with ID '{app}' named '{appName}'. Send an interactive authorization request for this user and resource.",
    suberror: 'consent_required',
    shown: 'redirect',
  },
  65002: {
    error: 'consent_required',
    text: "Consent between first party application '{app}' and first party resource '{resource}' must be configured via preauthorization - applications owned and operated by Microsoft must get approval from the API owner before requesting tokens for that API.",
    shown: 'redirect',
  },
  65004: {
    error: 'access_denied',
    text: 'User declined to consent to access the app.',
    suberror: 'cancel',
    shown: 'redirect',
  },
  70000: {
    error: 'invalid_grant',
    text: 'The provided value for the input parameter is not valid: {parameter}.',
    suberror: 'bad_token',
  },
  70003: {
    error: 'unsupported_grant_type',
    text: "The app requested an unsupported grant type '{grant}'.",
  },
  70005: {
    error: 'unsupported_response_type',
    text: "response_type '{type}' is not supported for the application.",
    shown: 'redirect',
  },
  70008: {
    error: 'invalid_grant',
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  70011: {
    error: 'invalid_scope',
    text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.",
    shown: 'redirect',
  },
  70016: {
    error: 'authorization_pending',
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  70018: {
    error: 'bad_verification_code',
    text: 'Invalid verification code due to User typing in wrong user code for device code flow.',
  },
  70019: {
    error: 'expired_token',
    text: 'Verification code expired. Have the user retry the sign-in.',
  },
  90002: {
    error: 'invalid_request',
    text: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  90023: {
    error: 'invalid_request',
    text: 'The {parameter} parameter cannot be read.',
    shown: 'redirect',
  },
  90094: {
    error: 'access_denied',
    text: 'The grant requires admin permission: an administrator must consent to {scope} for the application {appName}.',
    suberror: 'cancel',
    shown: 'redirect',
  },
  500011: {
    error: 'invalid_resource',
    text: 'The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
    shown: 'redirect',
  },
  500112: {
    error: 'invalid_client',
    text: "The reply address '{redirect}' does not match the reply address provided when requesting the authorization code.",
  },
  501481: {
    error: 'invalid_grant',
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  700005: {
    error: 'invalid_grant',
    text: 'Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate).',
  },
  700007: {
    error: 'invalid_grant',
    text: 'Refresh token was issued to another client and cannot be used by application {app}.',
  },
  700016: {
    error: 'unauthorized_client',
    text: "Application with identifier '{app}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  700082: {
    error: 'invalid_grant',
    text: 'The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for 90.00:00:00.',
    suberror: 'token_expired',
  },
  900023: {
    error: 'invalid_request',
    text: "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
  },
  900144: {
    error: 'invalid_request',
    text: "The request body must contain the following parameter: '{parameter}'.",
  },
  7000112: {
    error: 'unauthorized_client',
    text: "Application '{app}'({appName}) is disabled.",
  },
  7000218: {
    error: 'invalid_client',
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    status: 401,
  },
  9002325: {
    error: 'invalid_request',
    text: 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
    shown: 'redirect',
  },
} as const satisfies Readonly<Record<number, Refusal>>;

export type AadstsCode = keyof typeof AADSTS;

export function isAadstsCode(code: number): code is AadstsCode {
  return Object.hasOwn(AADSTS, code);
}

function fill(text: string, facts: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/gu, (_, name: string) => facts[name] ?? 'unknown');
}

/** Thrown inside the identity half; becomes a page, a redirect or a JSON body at its edge. */
export class EntraRefusal extends Error {
  readonly code: AadstsCode;
  readonly refusal: Refusal;
  /** A claims challenge that the client must satisfy, as JSON text. */
  readonly claims: string | undefined;

  constructor(code: AadstsCode, facts: Readonly<Record<string, string>> = {}, claims?: string) {
    const refusal: Refusal = AADSTS[code];
    super(fill(refusal.text, facts));
    this.code = code;
    this.refusal = refusal;
    this.claims = claims;
  }
}

/** Ids and time that each answer of Entra's carries. */
export interface Trace {
  readonly traceId: string;
  readonly correlationId: string;
  readonly time: Date;
}

function stamp(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** `AADSTS50011: … Trace ID: … Correlation ID: … Timestamp: …` */
export function describe(refusal: EntraRefusal, trace: Trace): string {
  return [
    `AADSTS${refusal.code}: ${refusal.message}`,
    `Trace ID: ${trace.traceId}`,
    `Correlation ID: ${trace.correlationId}`,
    `Timestamp: ${stamp(trace.time)}`,
  ].join(' ');
}

/** The body that the token endpoint answers with. */
export function errorBody(refusal: EntraRefusal, trace: Trace): Record<string, unknown> {
  const { error, suberror } = refusal.refusal;
  return {
    // Redeeming is not asking: what redirects as consent_required is an invalid grant here.
    error: error === 'consent_required' ? 'invalid_grant' : error,
    error_description: describe(refusal, trace),
    error_codes: [refusal.code],
    timestamp: stamp(trace.time),
    trace_id: trace.traceId,
    correlation_id: trace.correlationId,
    ...(suberror === undefined ? {} : { suberror }),
    ...(refusal.claims === undefined ? {} : { claims: refusal.claims }),
  };
}
