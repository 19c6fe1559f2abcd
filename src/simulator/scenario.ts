import * as z from 'zod';
import contoso from './scenarios/contoso.json' with { type: 'json' };
import contosoAzure from './scenarios/contoso-azure.json' with { type: 'json' };
import fabrikam from './scenarios/fabrikam.json' with { type: 'json' };

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
const directoryRole = named.extend({
  description: z.string().default(''),
  /** What the role allows, in Microsoft's names: `microsoft.directory/users/password/update`. */
  allowedResourceActions: z.array(z.string()).default([]),
});
const group = named.extend({
  isAssignableToRole: z.boolean(),
  /** `false`: `$expand=group` answers without a name; the group's own address has it. */
  isNameExpanded: z.boolean().default(true),
});
const user = named.extend({
  userPrincipalName: z.string(),
  isDefault: z.boolean().default(false),
  /** Of a guest: who that is in the tenant where they belong. */
  home: z.object({ tenantId: guid, objectId: guid, userPrincipalName: z.string() }).optional(),
});
const app = z.object({
  clientId: guid,
  displayName: z.string(),
  redirectPlatform: z.enum(['mobile', 'web']),
  signInAudience: z.enum(['multi', 'single']),
  /** `preauthorized`: an app of Microsoft's that has what its owner arranged; nobody can consent to more. */
  consent: z.enum(['asked', 'preauthorized']).default('asked'),
  consentedScopes: z.array(z.string()),
  enabled: z.boolean(),
});

/** ARM's own path, as in every Azure address; the tree says what lies in what. */
const azureTarget = z.object({ scope: z.string(), roleDefinitionId: guid });
const azureScope = z.object({
  id: z.string().startsWith('/'),
  displayName: z.string(),
  type: z.enum(['managementgroup', 'subscription', 'resourcegroup', 'resource']),
  parentId: z.string().nullable(),
});
const azureRole = named.extend({
  description: z.string(),
  actions: z.array(z.string()),
  notActions: z.array(z.string()),
  dataActions: z.array(z.string()),
  notDataActions: z.array(z.string()),
});
const azureHeld = held.extend(azureTarget.shape);
const azurePolicy = settings.extend(azureTarget.shape);

/** Azure resources and the roles on them. A tenant may have none. */
const azureSection = z.object({
  scopes: z.array(azureScope).default([]),
  roleDefinitions: z.array(azureRole).default([]),
  eligibilities: z.array(azureHeld).default([]),
  assignments: z.array(azureHeld).default([]),
  policies: z.array(azurePolicy).default([]),
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
    roleDefinitions: z.array(directoryRole),
    administrativeUnits: z.array(named),
    eligibilities: z.array(heldRow),
    /** What an administrator assigned for good or for a time; activations come from the journal. */
    assignments: z.array(heldRow),
    policies: z.array(policy),
    azure: azureSection.prefault({}),
  })
  .superRefine((scenario, context) => {
    for (const id of danglingIds(scenario)) {
      context.addIssue({ code: 'custom', message: `Nothing in the scenario has the id ${id}.` });
    }
  });

export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioUser = Scenario['users'][number];
export type ScenarioRole = Scenario['roleDefinitions'][number];
export type ScenarioGroup = Scenario['groups'][number];
type Azure = Scenario['azure'];
export type ScenarioPolicy = Scenario['policies'][number] | Azure['policies'][number];
export type ScenarioHeld = Scenario['eligibilities'][number] | Azure['eligibilities'][number];
export type AzureScope = Azure['scopes'][number];
export type AzureRole = Azure['roleDefinitions'][number];

interface Referring {
  readonly users: readonly { id: string }[];
  readonly groups: readonly { id: string }[];
  readonly roleDefinitions: readonly { id: string }[];
  readonly administrativeUnits: readonly { id: string }[];
  readonly eligibilities: readonly z.infer<typeof heldRow>[];
  readonly assignments: readonly z.infer<typeof heldRow>[];
  readonly policies: readonly z.infer<typeof policy>[];
  readonly azure: z.infer<typeof azureSection>;
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
  return [...used.filter((id) => !known.has(id)), ...danglingAzureIds(scenario)];
}

/** Scopes and roles of Azure have ids of their own; the people are the directory's. */
function danglingAzureIds({ azure, users, groups }: Referring): string[] {
  const known = new Set(
    [azure.scopes, azure.roleDefinitions, users, groups].flatMap((rows) => rows.map((r) => r.id)),
  );
  const rows = [...azure.eligibilities, ...azure.assignments];
  const used = [
    ...azure.scopes.flatMap(({ parentId }) => parentId ?? []),
    ...[...rows, ...azure.policies].flatMap((row) => [row.scope, row.roleDefinitionId]),
    ...rows.map((row) => row.principalId),
    ...azure.policies.flatMap((row) => row.approval?.approvers ?? []),
  ];
  return used.filter((id) => !known.has(id));
}

/** @throws ZodError naming the place, when a scenario file is not one. */
export function parseScenario(value: unknown): Scenario {
  return scenarioSchema.parse(value);
}

/** The company of the demo and of the tests. */
export function contosoScenario(): Scenario {
  return parseScenario({ ...contoso, azure: contosoAzure });
}

/** A small second company, in which Contoso's Ada is a guest. */
export function fabrikamScenario(): Scenario {
  return parseScenario(fabrikam);
}

/** Who signs in when nobody is named. */
export function defaultUser(scenario: Scenario): ScenarioUser {
  const [first] = scenario.users;
  const chosen = scenario.users.find((candidate) => candidate.isDefault) ?? first;
  if (!chosen) throw new TypeError('A scenario has at least one user.');
  return chosen;
}
