import * as z from 'zod';
import { EntraRefusal } from './aadsts.ts';

const request = z
  .looseObject({ value: z.string().optional(), values: z.array(z.string()).optional() })
  .nullish();

const claimsParameter = z.looseObject({
  access_token: z.looseObject({ acrs: request, amr: request, xms_cc: request }).optional(),
});

/** What the `claims` parameter asks of an access token. */
export interface WantedClaims {
  readonly acrs: readonly string[];
  readonly amr: readonly string[];
  /** Client capabilities: `cp1` = can handle claims challenges. */
  readonly capabilities: readonly string[];
}

const NONE: WantedClaims = { acrs: [], amr: [], capabilities: [] };

function listed(claim: z.infer<typeof request>): readonly string[] {
  return claim?.values ?? (claim?.value === undefined ? [] : [claim.value]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EntraRefusal(90023, { parameter: 'claims' });
  }
}

export function parseClaims(text: string | null): WantedClaims {
  if (text === null || text === '') return NONE;
  const parsed = claimsParameter.safeParse(parseJson(text));
  if (!parsed.success) throw new EntraRefusal(90023, { parameter: 'claims' });
  const wanted = parsed.data.access_token;
  return {
    acrs: listed(wanted?.acrs),
    amr: listed(wanted?.amr),
    capabilities: listed(wanted?.xms_cc),
  };
}

/** How a person signed in, as far as tokens tell. */
export interface Strength {
  readonly amr: readonly string[];
  readonly acrs: readonly string[];
}

/** An interactive sign-in does whatever it is asked to do. */
export function strengthOf(wanted: WantedClaims, mfa: { readonly always: boolean }): Strength {
  const isMfa = mfa.always || wanted.amr.includes('mfa');
  return { amr: isMfa ? ['pwd', 'mfa'] : ['pwd'], acrs: wanted.acrs };
}

/** A refresh cannot make a sign-in stronger: what it lacks is answered with a challenge. */
export function requireStrength(strength: Strength, wanted: WantedClaims, appName: string): void {
  const acr = wanted.acrs.find((value) => !strength.acrs.includes(value));
  if (acr !== undefined) {
    const challenge = { access_token: { acrs: { essential: true, value: acr } } };
    throw new EntraRefusal(50076, { app: appName }, JSON.stringify(challenge));
  }
  if (wanted.amr.includes('mfa') && !strength.amr.includes('mfa')) {
    const challenge = { access_token: { amr: { essential: true, values: ['mfa'] } } };
    throw new EntraRefusal(50076, { app: appName }, JSON.stringify(challenge));
  }
}
