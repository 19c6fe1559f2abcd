import * as z from 'zod';
import { isAadstsCode } from './aadsts.ts';

const aadstsCode = z.number().refine(isAadstsCode, 'not a code that the simulator knows');

/** Switches of the identity half, as they travel through the control surface. */
export const identityBehaviourSchema = z.strictObject({
  /** `automatic`: the sign-in page answers by itself. `interactive`: a person picks an account. */
  signIn: z.enum(['automatic', 'interactive']),
  /** Who signs in when it is automatic, whatever the hint; `null` = the hint, else the default user. */
  signInAs: z.string().nullable(),
  /** Whether every sign-in is done with multifactor authentication. */
  mfa: z.boolean(),
  /** After a refused consent: back to the app with an error, or stuck on Entra's page. */
  consentRefusal: z.enum(['redirect', 'page']),
  /**
   * Whether people are asked to consent, and do: to what needs no administrator, or, being one
   * themselves, to everything.
   */
  userConsent: z.enum(['never', 'given', 'administrator']),
  accessTokenSeconds: z.int().positive(),
  /** Of tokens whose client declares `cp1`: they can be ended early, so may live up to 28 hours. `null` = the same. */
  accessTokenSecondsWithCp1: z
    .int()
    .positive()
    .max(28 * 3600)
    .nullable(),
  /** `blocked`: Conditional Access refuses whoever signs in with a device code. */
  deviceCode: z.enum(['allowed', 'blocked']),
  /** How often programs are told to ask whether the person has signed in. */
  deviceCodeIntervalSeconds: z.int().min(0),
  /** Whether sign-ins with a device code satisfy authentication contexts. */
  deviceCodeContexts: z.boolean(),
  /** Whether access tokens name the roles that are on (`wids`). */
  widsClaim: z.boolean(),
  /** Groups in access tokens. First-party tokens usually have none; `overage` = where to ask. */
  groupsClaim: z.enum(['none', 'ids', 'overage']),
  /** How long after being provisioned a role or membership reaches tokens and `checkMemberGroups`. */
  effectLagSeconds: z.number().min(0),
  /** Sign-ins to refuse: Conditional Access, assignment, disabled accounts. */
  refusals: z.array(
    z.strictObject({
      code: aadstsCode,
      /** Client id or user principal name; `*` = everybody. */
      appliesTo: z.string(),
      at: z.enum(['page', 'redirect', 'token']),
    }),
  ),
});

export type IdentityBehaviour = Readonly<z.infer<typeof identityBehaviourSchema>>;

export const DEFAULT_IDENTITY_BEHAVIOUR: IdentityBehaviour = {
  signIn: 'interactive',
  signInAs: null,
  mfa: false,
  consentRefusal: 'redirect',
  userConsent: 'never',
  accessTokenSeconds: 3600,
  accessTokenSecondsWithCp1: null,
  deviceCode: 'allowed',
  deviceCodeIntervalSeconds: 5,
  deviceCodeContexts: false,
  widsClaim: true,
  groupsClaim: 'none',
  effectLagSeconds: 0,
  refusals: [],
};
