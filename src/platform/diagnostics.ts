import { homedir } from 'node:os';
import type { Diagnostics, StateDirectory } from '../domain/ports.ts';
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

export interface DiagnosticsOptions extends ProbeOptions {
  readonly state: StateDirectory;
  readonly version: string;
  readonly app: Diagnostics['app'];
}

export function createDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const { env, state, version, app } = options;
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
    probe: (url, call) => probe(options, url, call),
    storage: () => inspectState(state),
    app,
  };
}
