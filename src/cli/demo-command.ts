import type { EligibleRow } from '../domain/assignment.ts';
import type { Policy } from '../domain/policy.ts';
import type { Operation } from '../operations/operation.ts';
import { worstOf, type ExitCode } from './exit.ts';
import type { Io } from './io.ts';
import { runOperation, type Services } from './run-operation.ts';
import type { SpecialCommand } from './run.ts';

export interface TourOptions {
  readonly operations: readonly Operation[];
  readonly signal: AbortSignal;
  open(options: { readonly isDemo: boolean }): Promise<Services>;
}

interface Step {
  readonly title: string;
  readonly shown: string;
  readonly operation: string;
  readonly typed: Readonly<Record<string, string>>;
}

const JUSTIFICATION = 'Guided tour';

/** Can be turned on here and now: nobody has to approve, nothing else is demanded. */
function isPlain(policy: Policy): boolean {
  const { approval, ticket, mfa, authenticationContext } = policy;
  return [approval, ticket, mfa, authenticationContext].every((it) => it === 'not-required');
}

async function choose(services: Services, signal: AbortSignal): Promise<EligibleRow | null> {
  const { account } = await services.signIn.token({ signal });
  const catalogue = services.catalogues.of(account);
  const { rows } = await catalogue.recent({ signal });
  for (const row of rows) {
    if (row.activation) continue;
    if (isPlain(await catalogue.policy(row.target, { signal }))) return row;
  }
  return null;
}

function openingSteps(): Step[] {
  return [
    {
      title: 'Sign in. Really: a browser window would open; the demo tenant answers by itself.',
      shown: 'login',
      operation: 'login',
      typed: {},
    },
    {
      title: 'See what you may activate.',
      shown: 'list',
      operation: 'list_eligible',
      typed: {},
    },
  ];
}

function activationSteps({ handle, name }: EligibleRow): Step[] {
  return [
    {
      title: `Activate one of them for half an hour: "${name}".`,
      shown: `activate ${handle} --justification "${JUSTIFICATION}" --duration 30m`,
      operation: 'activate',
      typed: { name: handle, justification: JUSTIFICATION, duration: '30m' },
    },
    {
      title: 'See it active.',
      shown: `list ${handle}`,
      operation: 'list_eligible',
      typed: { search: handle },
    },
  ];
}

function closing(command: string): string {
  return `
What next
  Your AI client:  ${command} config claude-desktop   (or claude-code, vscode, cursor, codex)
  Your tenant:     ${command} login, then ${command} list
                   (an administrator consents once; README, "App registration")
  This demo again: add --demo to any command; what you did here is still there.
`;
}

async function runSteps(
  steps: readonly Step[],
  numberFrom: number,
  io: Io,
  options: TourOptions,
): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for (const [index, step] of steps.entries()) {
    io.out(`\n${numberFrom + index}. ${step.title}\n$ ${io.command} ${step.shown} --demo\n`);
    const operation = options.operations.find(({ name }) => name === step.operation);
    if (!operation) throw new TypeError(`the tour uses an unknown operation: ${step.operation}`);
    codes.push(
      await runOperation(operation, step.typed, {
        io,
        signal: options.signal,
        isJson: false,
        isDemo: false,
        open: () => options.open({ isDemo: true }),
      }),
    );
  }
  return worstOf(codes);
}

/** The guided tour: the main job, for real, on the embedded tenant. */
export function demoCommand(options: TourOptions): SpecialCommand {
  return {
    name: 'demo',
    summary: 'A guided tour on a made-up tenant: sign in, list, activate',
    async run({ io }) {
      io.out(
        'DEMO: a made-up tenant inside this program. The sign-in and the requests are real.\n',
      );
      const opening = await runSteps(openingSteps(), 1, io, options);
      if (opening !== 0) return opening;
      const row = await choose(await options.open({ isDemo: true }), options.signal);
      const code = row ? await runSteps(activationSteps(row), 3, io, options) : 0;
      if (!row) io.out('\n3. Everything that needs no approval is active already.\n');
      io.out(closing(io.command));
      return code;
    },
  };
}
