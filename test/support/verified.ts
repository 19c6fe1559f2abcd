import * as z from 'zod';
import { verificationShape, type Look } from '../../src/operations/doctor-verify.ts';
import type { Entrance, Verdict } from '../../src/operations/operation.ts';
import type { Refusal } from '../../src/domain/refusal.ts';
import { contosoScenario, type Scenario } from '../../src/simulator/scenario.ts';
import { OWN_APP, type Stack } from './stack.ts';

const resultShape = z.looseObject({ verification: verificationShape });

/** A run of `doctor --verify`, and all its text. */
export async function verified(
  stack: Stack,
  input: Readonly<Record<string, unknown>> = {},
  changes: Partial<Entrance> = {},
) {
  const { outcome, view } = await stack.run('doctor', { verify: true, ...input }, changes);
  if (outcome.kind !== 'done') throw new TypeError(`refused: ${JSON.stringify(outcome.problems)}`);
  const { verification } = resultShape.parse(outcome.output);
  const look = (id: string): Look => {
    const found = verification.looks.find((one) => one.id === id);
    if (!found) throw new TypeError(`no look ${id}`);
    return found;
  };
  const verdict: Verdict = outcome.verdict;
  return { look, view, verdict, ...verification, text: JSON.stringify([outcome.output, view]) };
}

export async function refusedToVerify(stack: Stack, name: string): Promise<Refusal> {
  const { outcome } = await stack.run('doctor', { verify: true, allow_writes: name });
  if (outcome.kind === 'refusal') return outcome;
  throw new TypeError('not refused');
}

/** The company, in which our own app has other permissions. */
export function withPermissions(permissions: readonly string[]): Scenario {
  const scenario = contosoScenario();
  const apps = scenario.apps.map((app) =>
    app.clientId === OWN_APP ? { ...app, consentedScopes: [...permissions] } : app,
  );
  return { ...scenario, apps };
}

/** Every name, id and address of a person or a thing in the company. */
export function namesAndIds(scenario: Scenario): string[] {
  const { tenant, users, groups, roleDefinitions, administrativeUnits, azure } = scenario;
  const named = [
    ...users,
    ...groups,
    ...roleDefinitions,
    ...administrativeUnits,
    ...azure.scopes,
    ...azure.roleDefinitions,
  ];
  return [
    tenant.id,
    tenant.domain,
    tenant.displayName,
    ...users.map(({ userPrincipalName }) => userPrincipalName),
    ...named.flatMap(({ id, displayName }) => [id, displayName]),
  ];
}
