import type { StateDirectory } from '../domain/ports.ts';
import { type RunningSimulator, startSimulator, type SimulatorOptions } from './index.ts';
import { SERVICE_NAMES } from './services.ts';
import { type OpenedCertificates, openCertificates } from './tls/open-certificates.ts';

export interface CommandOptions {
  readonly simulator: Omit<SimulatorOptions, 'tls'>;
  /** Speaks HTTPS, with certificates that are kept there. */
  readonly tls?: StateDirectory | undefined;
  /** Ends the simulator. */
  readonly signal: AbortSignal;
  /** Standard output: the environment, and nothing else. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

/** As a POSIX shell reads it back, whatever is in it. */
function quotedForShell(text: string): string {
  if (/^[\w@%+=:,./-]+$/u.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function exportsOf(environment: Readonly<Record<string, string>>): string {
  const lines = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${quotedForShell(value)}\n`,
  );
  return lines.join('');
}

function plainly({ origin }: RunningSimulator): string {
  return (
    `SIMULATOR: a made-up tenant at ${origin}, for this machine only.\n` +
    'Set the variables above in another shell, then run any command there. Ctrl-C stops it.\n'
  );
}

/** A hosts file leads to the standard port only. */
function waysHere(port: string): string {
  if (port === '443') {
    return (
      'Lead the names here for as long as you test, best in a container of its own. In /etc/hosts:\n' +
      `  127.0.0.1 ${SERVICE_NAMES.join(' ')}\n`
    );
  }
  return (
    'Programs call port 443: start with --port 443, or forward it here. One call without either:\n' +
    `  curl --cacert "$NODE_EXTRA_CA_CERTS" --connect-to ::127.0.0.1:${port} https://graph.microsoft.com/v1.0/me\n`
  );
}

function byName({ origin }: RunningSimulator, certificates: OpenedCertificates): string {
  const { port } = new URL(origin);
  const until = certificates.validUntil.toISOString().slice(0, 10);
  return (
    `SIMULATOR: a made-up tenant, by HTTPS on port ${port || '443'}, for this machine only.\n` +
    `It answers as ${SERVICE_NAMES.join(', ')}.\n` +
    `Certificate authority: ${certificates.authorityPath}\n` +
    `  It can vouch for these names only, its key is gone, and it ends on ${until}.\n` +
    'Programs on Node trust it with the variables above. Others have an option of their own.\n' +
    waysHere(port || '443') +
    `Its switches and faults are at ${origin}/simulator/. Ctrl-C stops it.\n`
  );
}

/** Runs the tenant as a process of its own until it is interrupted. */
export async function runSimulator(options: CommandOptions): Promise<0> {
  const { simulator, tls, signal, out, err } = options;
  const certificates = tls && (await openCertificates(tls, simulator.clock.now()));
  const running = await startSimulator({ ...simulator, tls: certificates?.server });
  const trust = certificates && { NODE_EXTRA_CA_CERTS: certificates.authorityPath };
  out(exportsOf({ ...running.environment, ...trust }));
  err(certificates ? byName(running, certificates) : plainly(running));
  await untilAborted(signal);
  await running.stop();
  return 0;
}
