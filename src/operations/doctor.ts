import * as z from 'zod';
import { checkShape, type Check } from './doctor-check.ts';
import { machineChecks } from './doctor-machine.ts';
import { networkChecks } from './doctor-network.ts';
import { redacted } from './doctor-report.ts';
import { signInChecks } from './doctor-sign-in.ts';
import { defineOperation, done } from './operation.ts';
import type { View } from './view.ts';

const output = z.object({
  version: z.string(),
  at: z.string(),
  isSignedIn: z.boolean(),
  isRedacted: z.boolean(),
  checks: z.array(checkShape),
});

type Output = z.output<typeof output>;

function upstreamText({ upstream, upstreamCode, requestId }: Check): string {
  const said = upstream ?? upstreamCode;
  const id = requestId === null ? '' : ` (request id ${requestId})`;
  return said === null ? id : ` Microsoft said: ${said}${id}`;
}

function codeText({ code }: Check): string {
  return code === null ? '' : ` [${code}]`;
}

function linesOf(check: Check): (readonly [string, string])[] {
  const { state, what, fixes } = check;
  return [
    [state, `${what}${codeText(check)}${upstreamText(check)}`],
    ...fixes.map((fix) => ['', `Fix: ${fix}`] as const),
  ];
}

function headline({ checks, isRedacted, version, at }: Output): string {
  const count = (wanted: Check['state']): number =>
    checks.filter(({ state }) => state === wanted).length;
  const failed = count('failed');
  const verdict =
    failed > 0
      ? `${failed} of ${checks.length} checks failed.`
      : `Nothing failed: ${count('ok')} of ${checks.length} checks are ok.`;
  return isRedacted ? `Report of entra-pim ${version}, ${at}. ${verdict}` : verdict;
}

function view(result: Output): View {
  return {
    headline: headline(result),
    facts: result.checks.flatMap(linesOf),
    ...(result.isRedacted && {
      notes: [
        'Names, accounts, tenants and folders have been replaced. Read it before you send it.',
      ],
    }),
    ...(!result.isSignedIn && { next: 'sign-in' }),
  };
}

export const doctor = defineOperation({
  name: 'doctor',
  title: 'Examine this installation',
  description:
    'Checks this machine, the network, the app and the sign-in, with a fix for each failure. Opens no browser.',
  effect: 'read',
  needs: ['list', 'policy'],
  isTool: false,
  command: {
    name: 'doctor',
    flags: {
      report: {
        long: 'report',
        kind: 'switch',
        summary: 'a report for support, without names, accounts and tenants',
      },
    },
  },
  input: z.strictObject({ report: z.boolean().optional() }),
  output,
  async run({ report = false }, entrance) {
    const { diagnostics, clock } = entrance;
    // First of all, as each use of the folder repairs its rights.
    const machine = await machineChecks(entrance);
    const network = await networkChecks(entrance);
    const { checks, account } = await signInChecks(entrance, network.reached);
    const all = [...machine, ...network.checks, ...checks];
    const result: Output = {
      version: diagnostics.machine().version,
      at: clock.now().toISOString(),
      isSignedIn: account !== null,
      isRedacted: report,
      checks: report ? redacted(all, entrance, account) : all,
    };
    const hasFailed = all.some(({ state }) => state === 'failed');
    return done(result, hasFailed ? 'failed' : 'done');
  },
  view,
});
