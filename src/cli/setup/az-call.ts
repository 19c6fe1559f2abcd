import type * as z from 'zod';
import type { RunAz } from '../../domain/az.ts';
import { PimError } from '../../domain/errors.ts';
import { cleanMessage, quoted } from '../../domain/text.ts';

/** What the Azure CLI says, and what it means. */
const COMPLAINTS = [
  {
    says: /az login|AADSTS|not logged in|No subscription found/iu,
    what: 'The Azure CLI is not signed in.',
    fix: 'Run "az login --allow-no-subscriptions", then the same command again.',
  },
  {
    says: /Insufficient privileges|Authorization_RequestDenied|Forbidden/iu,
    what: 'The account of the Azure CLI may not do that.',
    fix: 'It needs the role Application Developer or Application Administrator (for consent: Privileged Role Administrator). Activate it, run "az login" again, then the same command.',
  },
] as const;

function complaint(stderr: string): PimError {
  const known = COMPLAINTS.find(({ says }) => says.test(stderr));
  const said = quoted(cleanMessage(stderr.replace(/^ERROR:\s*/u, '')));
  if (known === undefined)
    return new PimError('rejected', `The Azure CLI refused: ${said}`, {
      fix: 'Mend what it says, then run the same command again.',
    });
  return new PimError('configuration', `${known.what} It said: ${said}`, { fix: known.fix });
}

/**
 * Runs the Azure CLI and gives its answer.
 * @throws PimError saying what it refused and what to do
 */
export async function azText(az: RunAz, args: readonly string[]): Promise<string> {
  const ended = await az(args);
  if (ended.kind === 'not-installed')
    throw new PimError('configuration', 'The Azure CLI (az) is not installed.', {
      fix: 'Install it (https://aka.ms/azure-cli), or leave --apply out: the commands are printed, for the Cloud Shell for example.',
    });
  if (ended.code !== 0) throw complaint(ended.stderr);
  return ended.stdout;
}

export async function azJson<T>(
  az: RunAz,
  args: readonly string[],
  shape: z.ZodType<T>,
): Promise<T> {
  const text = await azText(az, [...args, '--output', 'json']);
  const parsed = shape.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new PimError(
    'malformed',
    `The Azure CLI gave an unexpected answer to "${args[0] ?? ''}".`,
    {
      fix: 'Bring it up to date (az upgrade), then run the same command again.',
    },
  );
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
