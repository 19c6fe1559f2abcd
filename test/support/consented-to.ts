import { contosoScenario, type Scenario } from '../../src/simulator/scenario.ts';

/** Contoso, where an app has been consented to no more than that. */
export function consentedTo(clientId: string, consentedScopes: readonly string[]): Scenario {
  const scenario = contosoScenario();
  const apps = scenario.apps.map((app) =>
    app.clientId === clientId ? { ...app, consentedScopes: [...consentedScopes] } : app,
  );
  return { ...scenario, apps };
}
