import * as z from 'zod';
import { checkShape, type Check } from '../../src/operations/doctor-check.ts';
import { openStack, OWN_APP, type Stack, type StackOptions } from './stack.ts';

/** Settings with the made-up company's own app. */
export const WITH_OWN_APP = { AZURE_CLIENT_ID: OWN_APP };

const resultShape = z.object({ checks: z.array(checkShape), isSignedIn: z.boolean() });

/** What `doctor` finds, and all its text. */
export async function examine(stack: Stack, input: Readonly<Record<string, unknown>> = {}) {
  const { outcome, view } = await stack.run('doctor', input);
  if (outcome.kind !== 'done') throw new TypeError('refused');
  const { checks, isSignedIn } = resultShape.parse(outcome.output);
  const named = (name: string): Check => {
    const check = checks.find((one) => one.name === name);
    if (!check) throw new TypeError(`no check ${name} in ${checks.map((one) => one.name).join()}`);
    return check;
  };
  const text = JSON.stringify([outcome.output, view]);
  return { checks, isSignedIn, named, text, verdict: outcome.verdict, view };
}

export function namesOf(checks: readonly Check[], state: Check['state']): string[] {
  return checks.filter((check) => check.state === state).map(({ name }) => name);
}

export async function signedIn(options: StackOptions = {}): Promise<Stack> {
  const stack = await openStack({ env: WITH_OWN_APP, ...options });
  await stack.signIn.signIn();
  return stack;
}
