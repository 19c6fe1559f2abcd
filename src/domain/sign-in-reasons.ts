import type { Explanation } from './explanation.ts';

/**
 * Codes of the Microsoft identity platform.
 * Source: Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
 */
export const SIGN_IN_REASONS = {
  AADSTS65001: {
    code: 'consent-missing',
    cause: 'Nobody has consented to the permissions of this app in this tenant.',
    fix: 'Have an administrator grant admin consent to the app.',
    next: 'ask-administrator',
  },
  AADSTS65004: {
    code: 'consent-missing',
    cause: 'The consent was declined.',
    fix: 'Sign in again and accept, or have an administrator consent.',
    next: 'sign-in',
  },
  AADSTS90094: {
    code: 'consent-missing',
    cause: 'Only an administrator may consent to these permissions.',
    fix: 'Have an administrator grant admin consent to the app.',
    next: 'ask-administrator',
  },
  AADSTS65002: {
    code: 'consent-missing',
    cause: 'This Microsoft-owned app may not ask for PIM permissions.',
    fix: 'Set AZURE_CLIENT_ID to an app registration of your own.',
    next: 'ask-administrator',
  },
  AADSTS700016: {
    code: 'configuration',
    cause: 'The app (client id) does not exist in this tenant.',
    fix: 'Check the client id and the tenant id.',
    next: 'retry',
  },
  AADSTS90002: {
    code: 'configuration',
    cause: 'The tenant does not exist.',
    fix: 'Check the tenant id.',
    next: 'retry',
  },
  AADSTS900023: {
    code: 'configuration',
    cause: 'The tenant id is neither a GUID nor a domain name.',
    fix: 'Check the tenant id.',
    next: 'retry',
  },
  AADSTS50194: {
    code: 'configuration',
    cause: 'The app is registered for one tenant only, and no tenant id was given.',
    fix: 'Set AZURE_TENANT_ID to the tenant of the app registration.',
    next: 'retry',
  },
  AADSTS50020: {
    code: 'sign-in-failed',
    cause: 'This account does not exist in that tenant.',
    fix: 'Sign in with an account of the tenant, or have yours invited.',
    next: 'sign-in',
  },
  AADSTS50105: {
    code: 'sign-in-failed',
    cause: 'The app demands that users be assigned to it, and you are not.',
    fix: 'Ask your administrator to assign you, or set AZURE_CLIENT_ID to the app approved for you.',
    next: 'ask-administrator',
  },
  AADSTS7000112: {
    code: 'sign-in-failed',
    cause: 'The app is disabled in this tenant.',
    fix: 'Set AZURE_CLIENT_ID to the app your administrators approved.',
    next: 'ask-administrator',
  },
  AADSTS7000218: {
    code: 'configuration',
    cause: 'Microsoft asks for a client secret: the redirect URI is registered under "Web".',
    fix: 'In the app registration remove http://localhost from "Web" and add it under "Mobile and desktop applications".',
    next: 'retry',
  },
  AADSTS50011: {
    code: 'configuration',
    cause: 'The redirect URI is not registered for the app.',
    fix: 'Add http://localhost under "Mobile and desktop applications" in the app registration.',
    next: 'retry',
  },
  AADSTS53000: {
    code: 'sign-in-failed',
    cause: 'Conditional Access demands a managed (compliant) device.',
    fix: 'Sign in from a managed device, with a browser that passes on the device identity.',
    next: 'ask-administrator',
  },
  AADSTS53001: {
    code: 'sign-in-failed',
    cause: 'Conditional Access demands a domain-joined device.',
    fix: 'Sign in from a domain-joined device.',
    next: 'ask-administrator',
  },
  AADSTS53003: {
    code: 'sign-in-failed',
    cause: 'Conditional Access blocked the sign-in.',
    fix: 'Ask your administrator which policy applies to this app.',
    next: 'ask-administrator',
  },
  AADSTS50076: {
    code: 'step-up-required',
    cause: 'Multifactor authentication is needed.',
    fix: 'Sign in again in the browser.',
    next: 'sign-in',
  },
  AADSTS50079: {
    code: 'step-up-required',
    cause: 'You must register for multifactor authentication first.',
    fix: 'Sign in again in the browser and follow the steps.',
    next: 'sign-in',
  },
  AADSTS50173: {
    code: 'sign-in-required',
    cause: 'The remembered sign-in was revoked (password change or an administrator).',
    fix: 'Sign in again.',
    next: 'sign-in',
  },
  AADSTS700082: {
    code: 'sign-in-required',
    cause: 'The remembered sign-in has expired.',
    fix: 'Sign in again.',
    next: 'sign-in',
  },
  AADSTS700007: {
    code: 'sign-in-required',
    cause: 'The remembered sign-in belongs to another app.',
    fix: 'Sign in again.',
    next: 'sign-in',
  },
} as const satisfies Record<string, Explanation>;
