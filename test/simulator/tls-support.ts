import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { readFile } from 'node:fs/promises';
import type { StateDirectory } from '../../src/domain/ports.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import type { RunningSimulator, SimulatorOptions } from '../../src/simulator/index.ts';
import {
  type OpenedCertificates,
  openCertificates,
} from '../../src/simulator/tls/open-certificates.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Fields, running } from './simulator-support.ts';

export const LOGIN = 'login.microsoftonline.com';
export const GRAPH = 'graph.microsoft.com';
export const ARM = 'management.azure.com';

export interface Kept extends OpenedCertificates {
  readonly state: StateDirectory;
  /** PEM. */
  readonly authority: string;
}

/** Certificates in a folder of this test's own. */
export async function certificates(now = new Date()): Promise<Kept> {
  const state = openStateDirectory(await temporaryFolder());
  const opened = await openCertificates(state, now);
  return { ...opened, state, authority: await readFile(opened.authorityPath, 'utf8') };
}

interface Asked {
  /** Host header; also the name that the certificate must be for, without its port. */
  readonly host: string;
  readonly path: string;
  readonly headers?: Fields;
  /** Sent as a form, by POST. */
  readonly form?: Fields;
}

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface SecureSimulator {
  readonly simulator: RunningSimulator;
  readonly authority: string;
  readonly port: number;
  /** A request as a client sends it that was led here by a hosts file. */
  readonly ask: (asked: Asked) => Promise<Answered>;
}

export async function runningSecurely(
  options: Partial<SimulatorOptions> = {},
): Promise<SecureSimulator> {
  const { server, authority } = await certificates();
  const simulator = await running({ tls: server, ...options });
  const port = Number(new URL(simulator.origin).port);
  return {
    simulator,
    authority,
    port,
    ask: ({ host, path, headers = {}, form }) =>
      new Promise((resolve, reject) => {
        const [servername = ''] = host.split(':');
        const sent = request(
          {
            host: '127.0.0.1',
            port,
            path,
            servername,
            ca: authority,
            agent: false,
            method: form === undefined ? 'GET' : 'POST',
            headers: {
              host,
              ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
              ...headers,
            },
          },
          (response) => {
            const { statusCode: status, headers: answered } = response;
            text(response).then(
              (body) => resolve({ status, headers: answered, body }),
              (error: unknown) => reject(error),
            );
          },
        );
        sent.once('error', reject);
        sent.end(form && new URLSearchParams(form).toString());
      }),
  };
}
