import type { StateDirectory } from '../domain/ports.ts';
import type { Decision } from './control.ts';
import { decide } from './decide.ts';
import { isSameText } from './identifiers.ts';
import { openSharedJournal, type SharedJournal } from './journal-file.ts';
import { Problem } from './problem.ts';
import { requestById } from './request-life.ts';
import type { Scenario, ScenarioUser } from './scenario.ts';
import { openTenant, type Tenant } from './tenant.ts';
import type { SimClock } from './world.ts';

/** Every tenant behind the address, as files. The first is meant where none is named. */
export type Scenarios = readonly [Scenario, ...Scenario[]];

/** One of the tenants, with what happened in it. Nothing of it is in another's. */
export interface Company {
  readonly scenario: Scenario;
  readonly journal: SharedJournal;
  readonly tenant: Tenant;
}

export type Companies = readonly [Company, ...Company[]];

interface Surroundings {
  readonly clock: SimClock;
  readonly state: StateDirectory | undefined;
}

/** The first one's journal has had this name since there was one tenant only. */
const FIRST_FILE = 'tenant.jsonl';

export function openCompanies(
  [first, ...others]: Scenarios,
  { clock, state }: Surroundings,
): Companies {
  const open = (scenario: Scenario, file: string): Company => {
    const journal = openSharedJournal(state, file);
    return { scenario, journal, tenant: openTenant({ scenario, clock, journal }) };
  };
  return [
    open(first, FIRST_FILE),
    ...others.map((scenario) => open(scenario, `tenant-${scenario.tenant.id}.jsonl`)),
  ];
}

/** The one with that tenant id; else the first. */
export function companyOf(companies: Companies, tenantId: string): Company {
  const [first] = companies;
  return companies.find(({ scenario }) => isSameText(scenario.tenant.id, tenantId)) ?? first;
}

/** By object id or user principal name; of guests also by those at home. */
function isCalled({ id, userPrincipalName, home }: ScenarioUser, name: string): boolean {
  const names = [id, userPrincipalName, home?.objectId, home?.userPrincipalName];
  return names.some((one) => one !== undefined && isSameText(one, name));
}

function userIn({ users }: Scenario, name: string): ScenarioUser | undefined {
  return users.find((user) => isCalled(user, name));
}

function nobody(name: string): Problem {
  return new Problem(404, 'NotFound', `No user ${name} in any tenant.`);
}

/**
 * Object id of a person in their home tenant, by any name they have in any tenant.
 * @throws Problem 404
 */
export function homeIdOf(scenarios: Scenarios, name: string): string {
  const user = scenarios.flatMap((scenario) => userIn(scenario, name) ?? []).at(0);
  if (user) return user.home?.objectId ?? user.id;
  throw nobody(name);
}

/** Whom the sign-in page offers: everybody, by the name they have at home. */
export function userNames(scenarios: Scenarios): string[] {
  const names = scenarios.flatMap(({ users }) =>
    users.map(({ userPrincipalName, home }) => home?.userPrincipalName ?? userPrincipalName),
  );
  return [...new Set(names)];
}

async function hasRequest({ journal, tenant }: Company, requestId: string): Promise<boolean> {
  await journal.refresh();
  return requestById(tenant.state(), requestId) !== undefined;
}

/**
 * Somebody decides, in the tenant that has the request.
 * @throws Problem as the approval would be refused; 404 for who is in no tenant
 */
export async function decideIn(companies: Companies, decision: Decision): Promise<void> {
  const { by: name, ...verdict } = decision;
  const known = companies.flatMap((company) => {
    const user = userIn(company.scenario, name);
    return user ? [{ company, by: user.id }] : [];
  });
  const [first] = known;
  if (!first) throw nobody(name);
  const has = await Promise.all(known.map(({ company }) => hasRequest(company, verdict.requestId)));
  const { company, by } = known[has.indexOf(true)] ?? first;
  await company.journal.exclusive(() => decide(company.tenant, { ...verdict, by }));
}
