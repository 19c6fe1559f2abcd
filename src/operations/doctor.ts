import * as z from 'zod';
import type { Account } from '../domain/ports.ts';
import type { Refusal } from '../domain/refusal.ts';
import { checkShape, found, type Check } from './doctor-check.ts';
import { groundChecks, machineChecks } from './doctor-machine.ts';
import { networkChecks } from './doctor-network.ts';
import { redacted, redaction } from './doctor-report.ts';
import { signInChecks } from './doctor-sign-in.ts';
import { storeCheck } from './doctor-store.ts';
import {
  failedLooks,
  verificationHeadline,
  verificationLines,
  verificationShape,
  verify,
  type VerificationOutput,
} from './doctor-verify.ts';
import { defineOperation, done, type Entrance, type Groundwork, type Result } from './operation.ts';
import { WRITE_DOUBTS } from './verify-write-doubts.ts';
import { prepareWriting, type Writing } from './verify-writes.ts';
import type { View } from './view.ts';

const output = z.object({
  version: z.string(),
  at: z.string(),
  isSignedIn: z.boolean(),
  isRedacted: z.boolean(),
  checks: z.array(checkShape),
  /** Only with `--verify`. */
  verification: verificationShape.optional(),
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

function headline({ checks, isRedacted, version, at, verification }: Output): string {
  const count = (wanted: Check['state']): number =>
    checks.filter(({ state }) => state === wanted).length;
  const failed = count('failed');
  const verdict =
    failed > 0
      ? `${failed} of ${checks.length} checks failed.`
      : `Nothing failed: ${count('ok')} of ${checks.length} checks are ok.`;
  const assumptions = verification ? ` ${verificationHeadline(verification)}` : '';
  return isRedacted ? `Report of entra-pim ${version}, ${at}. ${verdict}${assumptions}` : verdict;
}

const REDACTED =
  'Names, accounts, tenants and folders have been replaced. Read it before you send it.';
const SEND =
  'Send it as an issue in the repository of entra-pim; docs/unverified.md says what it is for.';

function isSettingWrong({ checks }: Output): boolean {
  return checks.some(({ name, state }) => name === 'settings' && state === 'failed');
}

function view(result: Output): View {
  return {
    headline: headline(result),
    facts: [
      ...result.checks.flatMap(linesOf),
      ...(result.verification ? verificationLines(result.verification) : []),
    ],
    ...(result.isRedacted && {
      notes: [REDACTED, ...(result.verification ? [SEND] : [])],
    }),
    ...(!result.isSignedIn && { next: isSettingWrong(result) ? 'retry' : 'sign-in' }),
  };
}

/** An assumption that is wrong is no failure: it was to be found out. */
function hasFailed({ checks, verification }: Output): boolean {
  const looks = verification?.looks ?? [];
  return (
    checks.some(({ state }) => state === 'failed') ||
    looks.some(({ verdict }) => verdict === 'failed')
  );
}

const input = z.strictObject({
  report: z.boolean().optional(),
  verify: z.boolean().optional(),
  allow_writes: z.string().min(1).max(300).optional(),
});

type Input = z.output<typeof input>;

function isVerifying({ verify: isAsked, allow_writes: name }: Input): boolean {
  return isAsked === true || name !== undefined;
}

/** Nothing can be planned for nobody, nor where nothing answers: then the looks say why. */
async function writingFor(
  { allow_writes: name }: Input,
  entrance: Entrance,
  account: Account | null,
): Promise<Writing | Refusal | null> {
  if (name === undefined || account === null) return null;
  try {
    return await prepareWriting(name, entrance, account);
  } catch (error) {
    return { kind: 'writing', run: () => Promise.resolve(failedLooks(WRITE_DOUBTS, error)) };
  }
}

/** The looks at what is only believed. A refusal where `activate` would refuse the name. */
async function verificationFor(
  asked: Input,
  entrance: Entrance,
  account: Account | null,
): Promise<VerificationOutput | Refusal | undefined> {
  if (!isVerifying(asked)) return undefined;
  const writing = await writingFor(asked, entrance, account);
  if (writing?.kind === 'refusal') return writing;
  const seen = await verify(entrance, account !== null, writing?.run ?? null);
  const clean = redaction(entrance, account);
  return { ...seen, looks: seen.looks.map((look) => ({ ...look, seen: clean(look.seen) })) };
}

const UNVERIFIED = found(
  'verification',
  'unknown',
  "What is assumed of Microsoft's service was not looked at either.",
);

/** What can be said although a setting is wrong, which is the first thing to say. */
async function runWithoutSettings(asked: Input, groundwork: Groundwork): Promise<Result<Output>> {
  const { diagnostics, clock } = groundwork;
  const unverified = isVerifying(asked) ? [UNVERIFIED] : [];
  const checks = [...(await groundChecks(groundwork)), ...unverified];
  const isRedacted = asked.report === true || isVerifying(asked);
  const result: Output = {
    version: diagnostics.machine().version,
    at: clock.now().toISOString(),
    isSignedIn: false,
    isRedacted,
    checks: isRedacted ? redacted(checks, { diagnostics, settings: null }, null) : checks,
  };
  return done(result, 'failed');
}

export const doctor = defineOperation({
  name: 'doctor',
  title: 'Examine this installation',
  description:
    'Checks this machine, the network, the app and the sign-in, with a fix for each failure. Opens no browser, unless it may write.',
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
      verify: {
        long: 'verify',
        kind: 'switch',
        summary: 'compare what this program assumes of Microsoft with what it answers; only reads',
      },
      allow_writes: {
        long: 'allow-writes',
        kind: 'text',
        summary: 'with --verify: activate this eligible assignment as well, for 5 minutes',
      },
    },
  },
  input,
  output,
  async run(asked, entrance) {
    const { diagnostics, clock } = entrance;
    // First of all, as each use of the folder repairs its rights.
    const machine = await machineChecks(entrance);
    const network = await networkChecks(entrance);
    const { checks, account } = await signInChecks(entrance, network.reached);
    const all = [...machine, ...network.checks, await storeCheck(entrance), ...checks];
    const verification = await verificationFor(asked, entrance, account);
    if (verification !== undefined && 'kind' in verification) return verification;
    const isRedacted = asked.report === true || verification !== undefined;
    const result: Output = {
      version: diagnostics.machine().version,
      at: clock.now().toISOString(),
      isSignedIn: account !== null,
      isRedacted,
      checks: isRedacted ? redacted(all, entrance, account) : all,
      ...(verification && { verification }),
    };
    return done(result, hasFailed(result) ? 'failed' : 'done');
  },
  runWithoutSettings,
  view,
});
