import * as z from 'zod';
import contoso from './scenarios/contoso.json' with { type: 'json' };

/**
 * A made-up tenant as a readable file. Microsoft's words are kept: an eligibility belongs to a
 * `principalId`, which is a user or a group, and has either a group with an access level or a role
 * with a directory scope.
 */
const guid = z.guid();
const accessId = z.enum(['member', 'owner']);

const instant = z.iso.datetime();
/**
 * An instant, `null` for never, or days counted from the first of the current month (`P180D`): a file
 * with fixed dates alone would one day hold nothing but expired rows.
 */
const end = z.union([instant, z.string().regex(/^P\d+D$/u), z.null()]);

const groupTarget = z.object({ groupId: guid, accessId });
const roleTarget = z.object({ roleDefinitionId: guid, directoryScopeId: z.string() });
const held = z.object({ id: guid, principalId: guid, startDateTime: instant, endDateTime: end });
const heldRow = z.union([held.extend(groupTarget.shape), held.extend(roleTarget.shape)]);

const rule = z.enum(['MultiFactorAuthentication', 'Justification', 'Ticketing']);
const settings = z.object({
  /** ISO 8601; `null` = the policy has no expiration rule at all. */
  maximumDuration: z.string().nullable(),
  enabledRules: z.array(rule),
  /** Approvers are users or groups. */
  approval: z.object({ approvers: z.array(guid) }).optional(),
  /** The claim value that the sign-in must carry (`c1`); takes the place of the MFA rule. */
  authenticationContext: z.string().optional(),
  /** `forbidden`: reading it answers 403; `empty`: it is missing from the list. Enforced all the same. */
  readable: z.enum(['yes', 'forbidden', 'empty']).default('yes'),
});
const policy = z.union([
  settings.extend({ groupId: guid, accessId }),
  settings.extend({ roleDefinitionId: guid }),
]);

const named = z.object({ id: guid, displayName: z.string() });
const group = named.extend({
  isAssignableToRole: z.boolean(),
  /** `false`: `$expand=group` answers without a name; the group's own address has it. */
  isNameExpanded: z.boolean().default(true),
});
const user = named.extend({ userPrincipalName: z.string(), isDefault: z.boolean().default(false) });
const app = z.object({
  clientId: guid,
  displayName: z.string(),
  redirectPlatform: z.enum(['mobile', 'web']),
  signInAudience: z.enum(['multi', 'single']),
  consentedScopes: z.array(z.string()),
  enabled: z.boolean(),
});

const scenarioSchema = z
  .object({
    tenant: z.object({
      id: guid,
      domain: z.string(),
      displayName: z.string(),
      hasPremiumLicence: z.boolean(),
    }),
    users: z.array(user).min(1),
    apps: z.array(app),
    groups: z.array(group),
    roleDefinitions: z.array(named),
    administrativeUnits: z.array(named),
    eligibilities: z.array(heldRow),
    /** What an administrator assigned for good or for a time; activations come from the journal. */
    assignments: z.array(heldRow),
    policies: z.array(policy),
  })
  .superRefine((scenario, context) => {
    for (const id of danglingIds(scenario)) {
      context.addIssue({ code: 'custom', message: `Nothing in the scenario has the id ${id}.` });
    }
  });

export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioUser = Scenario['users'][number];
export type ScenarioGroup = Scenario['groups'][number];
export type ScenarioPolicy = Scenario['policies'][number];
export type ScenarioHeld = Scenario['eligibilities'][number];

interface Referring {
  readonly users: readonly { id: string }[];
  readonly groups: readonly { id: string }[];
  readonly roleDefinitions: readonly { id: string }[];
  readonly administrativeUnits: readonly { id: string }[];
  readonly eligibilities: readonly z.infer<typeof heldRow>[];
  readonly assignments: readonly z.infer<typeof heldRow>[];
  readonly policies: readonly z.infer<typeof policy>[];
}

function subjectOf(row: z.infer<typeof heldRow> | z.infer<typeof policy>): string {
  return 'groupId' in row ? row.groupId : row.roleDefinitionId;
}

/** Ids that point at nothing: a typing error in a scenario would else look like a bug of the client. */
function danglingIds(scenario: Referring): string[] {
  const { users, groups, roleDefinitions, administrativeUnits } = scenario;
  const known = new Set(
    [users, groups, roleDefinitions, administrativeUnits].flatMap((rows) => rows.map((r) => r.id)),
  );
  const rows = [...scenario.eligibilities, ...scenario.assignments];
  const used = [
    ...rows.flatMap((row) => [row.principalId, subjectOf(row)]),
    ...scenario.policies.flatMap((row) => [subjectOf(row), ...(row.approval?.approvers ?? [])]),
  ];
  return used.filter((id) => !known.has(id));
}

/** @throws ZodError naming the place, when a scenario file is not one. */
export function parseScenario(value: unknown): Scenario {
  return scenarioSchema.parse(value);
}

/** The company of the demo and of the tests. */
export function contosoScenario(): Scenario {
  return parseScenario(contoso);
}

/** Who signs in when nobody is named. */
export function defaultUser(scenario: Scenario): ScenarioUser {
  const [first] = scenario.users;
  const chosen = scenario.users.find((candidate) => candidate.isDefault) ?? first;
  if (!chosen) throw new TypeError('A scenario has at least one user.');
  return chosen;
}
