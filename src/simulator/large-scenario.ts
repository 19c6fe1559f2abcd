import { derivedId } from './identifiers.ts';
import {
  groupName,
  managementGroupName,
  resourceGroupName,
  subscriptionName,
  unitName,
} from './large-names.ts';
import {
  type AzureScope,
  contosoScenario,
  defaultUser,
  type Scenario,
  type ScenarioGroup,
} from './scenario.ts';

export interface LargeTenant {
  /** How many rows the default user has, on the three surfaces together. */
  readonly eligibilities: number;
  /** Another number gives another tenant of the same size and shape. */
  readonly seed?: number;
}

const GROUP_SHARE = 0.4;
const ROLE_SHARE = 0.1;
/** Every so many rows one is an ownership, or belongs to a team of the user's. */
const RARELY = 20;
const ROWS_PER_SUBSCRIPTION = 20;
const SUBSCRIPTIONS_PER_MANAGEMENT_GROUP = 10;
const ROOT = '/providers/Microsoft.Management/managementGroups/contoso-energy';

type Row = Scenario['eligibilities'][number];
type AzureRow = Scenario['azure']['eligibilities'][number];
type Policy = Scenario['policies'][number];
type Settings = Pick<Policy, 'maximumDuration' | 'enabledRules' | 'approval' | 'readable'>;

/** What all parts are made from. */
interface Plan {
  readonly company: Scenario;
  readonly userId: string;
  /** A group that the user is in. */
  readonly teamId: string;
  readonly count: { readonly groups: number; readonly roles: number; readonly azure: number };
  readonly id: (kind: string, index: number) => string;
}

function planOf({ eligibilities, seed = 1 }: LargeTenant): Plan {
  const company = contosoScenario();
  const groups = Math.floor(eligibilities * GROUP_SHARE);
  const roles = Math.floor(eligibilities * ROLE_SHARE);
  const id = (kind: string, index: number): string =>
    derivedId('large', String(seed), kind, String(index));
  return {
    company,
    userId: defaultUser(company).id,
    teamId: id('team', 0),
    count: { groups, roles, azure: eligibilities - groups - roles },
    id,
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Began some day of 2025; a third never ends, and no other one soon. */
function span(index: number): Pick<Row, 'startDateTime' | 'endDateTime'> {
  const start = new Date(Date.UTC(2025, index % 10, 1 + (index % 28), 8));
  const ends = [null, 'P180D', 'P365D'] as const;
  return { startDateTime: start.toISOString(), endDateTime: ends[index % ends.length] ?? null };
}

function isRare(index: number): boolean {
  return index % RARELY === RARELY - 1;
}

function groupsOf({ count, id, teamId }: Plan): ScenarioGroup[] {
  const group = { isAssignableToRole: false, isNameExpanded: true };
  const many = numbers(count.groups).map((index) => ({
    ...group,
    id: id('group', index),
    displayName: groupName(index),
  }));
  return [{ ...group, id: teamId, displayName: 'Platform Engineering' }, ...many];
}

/** Member of one group each; now and then owner of the one before. */
function groupRows({ count, id, userId: principalId }: Plan): Row[] {
  return numbers(count.groups).map((index) => ({
    id: id('group-row', index),
    principalId,
    groupId: id('group', isRare(index) ? index - 1 : index),
    accessId: isRare(index) ? 'owner' : 'member',
    ...span(index),
  }));
}

/** Every role over one administrative unit, then over the next. */
function roleRows({ company, count, id, userId: principalId }: Plan): Row[] {
  const roles = company.roleDefinitions;
  return numbers(count.roles).flatMap((index) => {
    const role = roles[index % roles.length];
    const unit = id('unit', Math.floor(index / roles.length));
    const directoryScopeId = `/administrativeUnits/${unit}`;
    const where = { roleDefinitionId: role?.id ?? '', directoryScopeId };
    return { id: id('role-row', index), principalId, ...where, ...span(index) };
  });
}

function unitsOf({ company, count, id }: Plan): Scenario['administrativeUnits'] {
  const many = Math.ceil(count.roles / company.roleDefinitions.length);
  return numbers(many).map((index) => ({ id: id('unit', index), displayName: unitName(index) }));
}

function managementGroup(plan: Plan, index: number): AzureScope {
  return {
    id: `/providers/Microsoft.Management/managementGroups/${plan.id('mg', index)}`,
    displayName: managementGroupName(index),
    type: 'managementgroup',
    parentId: ROOT,
  };
}

function subscription(plan: Plan, index: number): AzureScope {
  const parent = Math.floor(index / SUBSCRIPTIONS_PER_MANAGEMENT_GROUP);
  return {
    id: `/subscriptions/${plan.id('subscription', index)}`,
    displayName: subscriptionName(index),
    type: 'subscription',
    parentId: managementGroup(plan, parent).id,
  };
}

/** What row `index` is about: of twenty, one or two are wide and the others a resource group each. */
function scopeOf(plan: Plan, index: number): AzureScope {
  const number = Math.floor(index / ROWS_PER_SUBSCRIPTION);
  const place = index % ROWS_PER_SUBSCRIPTION;
  const around = subscription(plan, number);
  if (place === 0) return around;
  if (place === 1 && number % SUBSCRIPTIONS_PER_MANAGEMENT_GROUP === 0) {
    return managementGroup(plan, Math.floor(number / SUBSCRIPTIONS_PER_MANAGEMENT_GROUP));
  }
  const displayName = resourceGroupName(number, place);
  const id = `${around.id}/resourceGroups/${displayName}`;
  return { id, displayName, type: 'resourcegroup', parentId: around.id };
}

function scopesOf(plan: Plan): AzureScope[] {
  const root: AzureScope = {
    id: ROOT,
    displayName: plan.company.tenant.displayName,
    type: 'managementgroup',
    parentId: null,
  };
  const subscriptions = Math.ceil(plan.count.azure / ROWS_PER_SUBSCRIPTION);
  const wide = [
    ...numbers(Math.ceil(subscriptions / SUBSCRIPTIONS_PER_MANAGEMENT_GROUP)).map((index) =>
      managementGroup(plan, index),
    ),
    ...numbers(subscriptions).map((index) => subscription(plan, index)),
  ];
  const known = new Set(wide.map(({ id }) => id));
  const narrow = numbers(plan.count.azure).map((index) => scopeOf(plan, index));
  return [root, ...wide, ...narrow.filter(({ id }) => !known.has(id))];
}

function azureRows(plan: Plan): AzureRow[] {
  const { company, count, id, userId, teamId } = plan;
  const roles = company.azure.roleDefinitions;
  return numbers(count.azure).map((index) => ({
    id: id('azure-row', index),
    principalId: isRare(index) ? teamId : userId,
    scope: scopeOf(plan, index).id,
    roleDefinitionId: roles[index % roles.length]?.id ?? '',
    ...span(index),
  }));
}

/** The few sets of rules that such a company has; everything else keeps Microsoft's. */
function settingsOf({ company }: Plan): readonly Settings[] {
  const [, approver] = company.users;
  const approvers = approver ? [approver.id] : [];
  return [
    { maximumDuration: 'PT4H', enabledRules: ['Justification'], readable: 'yes' },
    { maximumDuration: 'PT8H', enabledRules: ['Justification', 'Ticketing'], readable: 'yes' },
    {
      maximumDuration: 'PT2H',
      enabledRules: ['Justification'],
      approval: { approvers },
      readable: 'yes',
    },
  ];
}

const POLICY_EVERY = 4;

function policiesOf(plan: Plan): Policy[] {
  const settings = settingsOf(plan);
  const forRoles = plan.company.policies.filter(
    (policy) => 'roleDefinitionId' in policy && policy.readable === 'yes',
  );
  const forGroups = numbers(Math.floor(plan.count.groups / POLICY_EVERY)).flatMap((index) => {
    const [fallback] = settings;
    const shared = settings[index % settings.length] ?? fallback;
    const groupId = plan.id('group', index * POLICY_EVERY);
    return shared ? { ...shared, groupId, accessId: 'member' as const } : [];
  });
  return [...forRoles, ...forGroups];
}

/**
 * A company like Contoso whose default user is eligible for very much: groups (40 %), roles over
 * administrative units (10 %), Azure roles on management groups, subscriptions and resource groups.
 * Equal inputs give equal tenants.
 */
export function largeScenario(wanted: LargeTenant): Scenario {
  const plan = planOf(wanted);
  const { company, userId, teamId, id } = plan;
  return {
    ...company,
    groups: groupsOf(plan),
    administrativeUnits: unitsOf(plan),
    eligibilities: [...groupRows(plan), ...roleRows(plan)],
    assignments: [
      {
        id: id('team-row', 0),
        principalId: userId,
        groupId: teamId,
        accessId: 'member',
        ...span(0),
      },
    ],
    policies: policiesOf(plan),
    azure: {
      ...company.azure,
      scopes: scopesOf(plan),
      eligibilities: azureRows(plan),
      assignments: [],
      policies: [],
    },
  };
}
