/**
 * The one place that knows every part. Front ends come in by dynamic import, so that a process loads
 * only what it runs: the MCP server answers `initialize` before sign-in, HTTP or simulator code exists.
 */
import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { Launch } from './cli/client-config.ts';
import type { ExitCode } from './cli/exit.ts';
import type { Services } from './cli/run-operation.ts';
import type { OpenOptions, SpecialCommand } from './cli/run.ts';
import type { SetupWorld } from './cli/setup/world.ts';
import type { StateDirectory } from './domain/ports.ts';
import type { Opened, Session } from './services.ts';
import {
  commandLine,
  environment,
  exit,
  guardStreams,
  isInputTerminal,
  onInputEnd,
  onInterrupt,
  terminal,
} from './platform/process.ts';

/** AI clients give a call up after 60 s; a shell waits for as long as a sign-in may take. */
const CLIENT_PATIENCE_MS = 40_000;
const SHELL_PATIENCE_MS = 310_000;

function warn(message: string): void {
  terminal.err(`${message}\n`);
}

async function openSession(session: Session): Promise<Opened> {
  const { openServices } = await import('./services.ts');
  return openServices(session);
}

/** Opens on first use, once; closing what was never opened does nothing. */
function lazily(session: Session) {
  let opened: Promise<Opened> | null = null;
  return {
    async open(): Promise<Services> {
      opened ??= openSession(session);
      try {
        return (await opened).services;
      } catch (error) {
        // A wrong setting can be put right in the environment of the next call's process only, but a
        // locked file or a busy port may be free again: do not keep the failure.
        opened = null;
        throw error;
      }
    },
    async finish(): Promise<void> {
      if (opened === null) return;
      const { services, close } = await opened;
      await services.writes.settled();
      await close();
    },
  };
}

const BY_HAND = `entra-pim-mcp-server ${packageJson.version}: an MCP server, waiting for a client on standard input.
You started it by hand. What you may want instead:
  entra-pim setup                   set up your AI client
  entra-pim demo                    a guided tour on a made-up tenant
  entra-pim --help                  everything the command line can do
Not installed? Write "npx -y entra-pim-mcp-server" in place of "entra-pim".
Press Ctrl-C to stop.
`;

/** The MCP server on standard input and output. Reads no file and opens no connection until a call. */
export async function serveMcp({ isDemo }: { readonly isDemo: boolean }): Promise<void> {
  guardStreams();
  const [{ serveOverStdio }, { TOOLS }] = await Promise.all([
    import('./mcp/stdio.ts'),
    import('./operations/tools.ts'),
  ]);
  const session = lazily({ isDemo, patienceMs: CLIENT_PATIENCE_MS, isAttended: false });
  const ending = new AbortController();
  const end = (): void => {
    // First nothing new begins; then what was sent is waited for.
    ending.abort();
    void session.finish().then(
      () => exit(0),
      () => exit(1),
    );
  };
  onInputEnd(end);
  onInterrupt(end);
  if (isInputTerminal()) terminal.err(BY_HAND);
  serveOverStdio({
    version: packageJson.version,
    operations: TOOLS,
    isDemo,
    open: () => session.open(),
    ending: ending.signal,
    warn,
  });
}

export function mcpCommand(): SpecialCommand {
  return {
    name: 'mcp',
    summary: 'Run the MCP server on standard input and output',
    flags: [{ flags: '--demo', summary: 'use the built-in made-up tenant' }],
    async run({ flags }) {
      await serveMcp({ isDemo: flags['demo'] === true });
      // The server ends the process itself when its client hangs up.
      return new Promise<ExitCode>(() => undefined);
    },
  };
}

const SIMULATOR_FLAGS = [
  { flags: '--port <number>', summary: 'listen on this port (default: any free one)' },
  { flags: '--sign-in <how>', summary: 'interactive (default) or automatic' },
  { flags: '--sign-in-as <user>', summary: 'who signs in when it is automatic' },
  {
    flags: '--eligibilities <number>',
    summary: 'a generated tenant whose first user has so many, on all surfaces (default: Contoso)',
  },
  { flags: '--tls', summary: "HTTPS under Microsoft's host names, to test other programs" },
];

const HIGHEST_PORT = 65_535;

/** 0 = any free one; `null` = not a port. */
function portOf(given: unknown): number | null {
  if (given === undefined || given === 'any') return 0;
  const port = typeof given === 'string' && /^\d+$/u.test(given) ? Number(given) : Number.NaN;
  return port <= HIGHEST_PORT ? port : null;
}

/** Certificates have a folder of their own, apart from every sign-in. */
async function openCertificateFolder(): Promise<StateDirectory> {
  const [{ openStateDirectory }, { stateDirectoryPath }] = await Promise.all([
    import('./platform/state-directory.ts'),
    import('./platform/paths.ts'),
  ]);
  return openStateDirectory(path.join(stateDirectoryPath(environment()), 'simulator', 'tls'));
}

export function simulatorCommand(signal: AbortSignal): SpecialCommand {
  return {
    name: 'simulator',
    summary: 'Run the made-up tenant as a process of its own',
    flags: SIMULATOR_FLAGS,
    async run({ flags, io }) {
      const [{ runSimulator }, { systemClock }] = await Promise.all([
        import('./simulator/command.ts'),
        import('./platform/clock.ts'),
      ]);
      const { signIn = 'interactive', signInAs, eligibilities, tls } = flags;
      if (signIn !== 'automatic' && signIn !== 'interactive') {
        io.err('Error: --sign-in: write interactive or automatic.\n');
        return 2;
      }
      if (typeof eligibilities === 'string' && !/^[1-9]\d{0,5}$/u.test(eligibilities)) {
        io.err('Error: --eligibilities: write a whole number from 1 to 999999.\n');
        return 2;
      }
      const port = portOf(flags['port']);
      if (port === null) {
        io.err(`Error: --port: write a number up to ${HIGHEST_PORT}, or any.\n`);
        return 2;
      }
      return runSimulator({
        simulator: {
          clock: systemClock,
          port,
          signIn,
          ...(typeof signInAs === 'string' && { signInAs }),
          ...(typeof eligibilities === 'string' && { eligibilities: Number(eligibilities) }),
        },
        ...(tls === true && { tls: await openCertificateFolder() }),
        signal,
        out: io.out,
        err: io.err,
      });
    },
  };
}

/** The command line. Answers with the exit code. */
export async function runCommandLine(): Promise<void> {
  guardStreams();
  const [{ runCli }, { configCommand }, { demoCommand }, { setupCommand }, { OPERATIONS }] =
    await Promise.all([
      import('./cli/run.ts'),
      import('./cli/config-command.ts'),
      import('./cli/demo-command.ts'),
      import('./cli/setup/setup-command.ts'),
      import('./operations/index.ts'),
    ]);
  const interrupt = new AbortController();
  onInterrupt(() => {
    interrupt.abort();
  });
  const patienceMs = SHELL_PATIENCE_MS;
  const demo = lazily({ isDemo: true, patienceMs, isAttended: true });
  // One command, one set of flags: opened when it is known what they are.
  const real: ReturnType<typeof lazily>[] = [];
  const open = ({ isDemo, given = {} }: OpenOptions): Promise<Services> => {
    if (isDemo) return demo.open();
    const session = real[0] ?? lazily({ isDemo, patienceMs, isAttended: true, given });
    real[0] = session;
    return session.open();
  };
  const code = await runCli(commandLine(), {
    version: packageJson.version,
    operations: OPERATIONS,
    io: terminal,
    signal: interrupt.signal,
    open,
    openGroundwork: async () => (await import('./services.ts')).openGroundwork(),
    specials: [
      mcpCommand(),
      demoCommand({ operations: OPERATIONS, signal: interrupt.signal, open }),
      simulatorCommand(interrupt.signal),
      configCommand(openLaunch),
      setupCommand(() => openSetup(interrupt.signal)),
    ],
  });
  await Promise.all([...real, demo].map((session) => session.finish()));
  exit(code);
}

async function openSetup(signal: AbortSignal): Promise<SetupWorld> {
  const { openSetupWorld } = await import('./setup-world.ts');
  return openSetupWorld(openLaunch, signal);
}

/** @throws PimError `configuration`: a wrong setting is not copied into another file. */
async function openLaunch(): Promise<Launch> {
  const [{ readSettings }, { stateDirectoryPath }, { PLAIN_VARIABLES }] = await Promise.all([
    import('./platform/environment.ts'),
    import('./platform/paths.ts'),
    import('./cli/plain-variables.ts'),
  ]);
  const all = environment();
  const entries = PLAIN_VARIABLES.map((name) => [name, all[name] ?? ''] as const);
  const env = Object.fromEntries(entries.filter(([, value]) => value !== ''));
  readSettings(env);
  // The client starts the server elsewhere: a relative path would be another folder there.
  const state = env['ENTRA_PIM_STATE_DIR'] && path.resolve(stateDirectoryPath(env));
  return {
    version: packageJson.version,
    env: { ...env, ...(state && { ENTRA_PIM_STATE_DIR: state }) },
  };
}
