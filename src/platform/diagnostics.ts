import { homedir } from 'node:os';
import type { Diagnostics, Keyring, MachineDiagnostics, StateDirectory } from '../domain/ports.ts';
import { probe, type ProbeOptions } from './probe.ts';
import type { Environment } from './proxy.ts';
import { inspectState } from './state-inspection.ts';

/** Variables that change what this program does, whoever reads them. */
const TELLING =
  /^(?:ENTRA_PIM_\w+|AZURE_(?:TENANT_ID|CLIENT_ID|AUTHORITY_HOST|CLOUD)|(?:HTTPS?|NO)_PROXY|NODE_(?:OPTIONS|EXTRA_CA_CERTS|USE_SYSTEM_CA|USE_ENV_PROXY|TLS_REJECT_UNAUTHORIZED)|SSL_CERT_(?:FILE|DIR))$/iu;

function tellingNames(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => TELLING.test(name) && env[name]?.trim() !== '')
    .toSorted();
}

export interface MachineOptions extends Pick<ProbeOptions, 'env'> {
  readonly state: StateDirectory;
  readonly version: string;
}

export interface DiagnosticsOptions extends ProbeOptions, MachineOptions {
  readonly keyring: Keyring;
  readonly app: Diagnostics['app'];
}

/** What can be looked at whatever the settings are. */
export function createMachineDiagnostics(options: MachineOptions): MachineDiagnostics {
  const { env, state, version } = options;
  return {
    machine: () => ({
      version,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      home: homedir(),
      statePath: state.path,
      variables: tellingNames(env),
      areCertificatesIgnored: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
    }),
    storage: () => inspectState(state),
  };
}

/** A name that nothing is kept under. */
const NOTHING = 'doctor';

export function createDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const { keyring, app } = options;
  return {
    ...createMachineDiagnostics(options),
    probe: (url, call) => probe(options, url, call),
    async keyring() {
      await keyring.read(NOTHING);
    },
    app,
  };
}
