import { PimError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { EXPLANATIONS, isKnownReason } from '../domain/reasons.ts';
import { isAzureApart, type Settings } from '../domain/settings.ts';
import { settingsFor } from './granted.ts';
import {
  isAboutConsent,
  needsPerson,
  refused,
  upstreamOf,
  type StsRefusal,
} from './sts-refusal.ts';

/** Each list asks for Azure: Entra is not asked again and again for what it just refused. */
const REMEMBERED_MS = 5 * 60_000;

/** Microsoft's app for Graph gets no Azure: there it takes a sign-in of its own, with another app. */
function loginFix(settings: Settings): string {
  return isAzureApart(settings)
    ? 'Run `entra-pim login --azure` once, or ask for Azure resources alone; or set AZURE_CLIENT_ID to an app registration of your own.'
    : 'Run `entra-pim login` once to allow it.';
}

function missingText(settings: Settings): string {
  return isAzureApart(settings)
    ? 'Azure Resource Manager takes a sign-in of its own, which was not made yet.'
    : 'Azure Resource Manager asks for a new sign-in.';
}

/** Whether the person can mend it in the browser; a Conditional Access block stays what it is. */
export function canPersonMend(refusal: StsRefusal): boolean {
  if (isAboutConsent(refusal)) return true;
  const reason = refusal.codes.find(isKnownReason);
  if (reason === undefined) return needsPerson(refusal);
  return ['sign-in-required', 'step-up-required'].includes(EXPLANATIONS[reason].code);
}

/** Why there is no token for Azure. `null`: nothing in the cache could have brought one. */
export function azureRefused(refusal: StsRefusal | null, settings: Settings): PimError {
  if (refusal !== null && !canPersonMend(refusal))
    return refused(refusal, settingsFor('arm', settings));
  const details = { ...(refusal && upstreamOf(refusal)), fix: loginFix(settings) };
  return refusal !== null && isAboutConsent(refusal)
    ? new PimError('consent-missing', 'The app has no consent for Azure Resource Manager.', details)
    : new PimError('sign-in-required', missingText(settings), details);
}

/** Refusals of the last minutes, by the sign-in they are about: a new sign-in has none. */
export interface AzureRefusals {
  get(signInId: string): PimError | null;
  keep(signInId: string, error: PimError): PimError;
}

export function createAzureRefusals(clock: Clock): AzureRefusals {
  let last: { readonly signInId: string; readonly error: PimError; readonly at: number } | null =
    null;
  const now = (): number => clock.now().getTime();
  return {
    get(signInId) {
      if (last === null || last.signInId !== signInId) return null;
      return now() - last.at < REMEMBERED_MS ? last.error : null;
    },
    keep(signInId, error) {
      last = { signInId, error, at: now() };
      return error;
    },
  };
}
