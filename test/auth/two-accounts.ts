import { submit, testBrowser } from '../support/browser.ts';
import { person, tenant, type PersonOptions } from './fixture.ts';

export const ADA = 'ada.lindgren@contoso.example';
export const MARCUS = 'marcus.okafor@contoso.example';

/** Somebody whose browser signs in as that user. */
export function as(user: string, options: PersonOptions = {}): PersonOptions {
  return { ...options, browser: testBrowser((url) => submit(url, { user })) };
}

/** Ada, then Marcus, on one machine. */
export async function two() {
  const simulator = await tenant({ signIn: 'interactive' });
  const ada = await person(simulator.environment, as(ADA));
  const { state } = ada;
  const adas = await ada.signIn.signIn();
  const marcus = await person(simulator.environment, as(MARCUS, { state }));
  const marcuses = await marcus.signIn.signIn();
  const next = (env: Readonly<Record<string, string>> = {}) =>
    person(simulator.environment, { state, env });
  return { simulator, state, adas, marcuses, next };
}
