import { createPrivateKey, X509Certificate } from 'node:crypto';
import path from 'node:path';
import type { StateDirectory } from '../../domain/ports.ts';
import { SERVICE_NAMES } from '../services.ts';

const AUTHORITY = 'authority.pem';
const SERVER = 'server.pem';
const DAY_MS = 86_400_000;

/** `localhost` is where the simulator is steered. */
const NAMES = [...SERVICE_NAMES, 'localhost'];

export interface OpenedCertificates {
  /** Key and certificate of the server, in one PEM. */
  readonly server: string;
  /** The file that a client has to trust. */
  readonly authorityPath: string;
  readonly validUntil: Date;
}

/** As they are kept. Both PEM. */
interface Stored {
  readonly authority: string;
  readonly server: string;
}

function textOf(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString();
}

async function stored(state: StateDirectory): Promise<Stored> {
  const [authority, server] = await Promise.all([state.read(AUTHORITY), state.read(SERVER)]);
  return { authority: textOf(authority), server: textOf(server) };
}

function endOf(server: string): Date {
  return new Date(new X509Certificate(server).validTo);
}

/** For a day more at least, for all names, and the two files of one making. */
function isUsable({ authority, server }: Stored, now: Date): boolean {
  try {
    const issuer = new X509Certificate(authority);
    const certificate = new X509Certificate(server);
    return (
      certificate.checkIssued(issuer) &&
      certificate.verify(issuer.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(server)) &&
      NAMES.every((name) => certificate.checkHost(name) !== undefined) &&
      new Date(certificate.validFrom) <= now &&
      endOf(server).getTime() - now.getTime() >= DAY_MS
    );
  } catch {
    // Cut short, or not ours: new ones take their place.
    return false;
  }
}

async function made(state: StateDirectory, now: Date): Promise<Stored> {
  const { issueCertificates } = await import('./certificate-authority.ts');
  const { authority, certificate, key } = issueCertificates(NAMES, now);
  const server = key + certificate;
  await state.write(AUTHORITY, Buffer.from(authority));
  await state.write(SERVER, Buffer.from(server));
  return { authority, server };
}

/**
 * The certificates kept in that folder; made there on first use, and again when they are about to
 * expire or cannot be read. A new set has a new authority, under the same path.
 */
export async function openCertificates(
  state: StateDirectory,
  now: Date,
): Promise<OpenedCertificates> {
  return state.locked(SERVER, async () => {
    const kept = await stored(state);
    const { server } = isUsable(kept, now) ? kept : await made(state, now);
    return {
      server,
      authorityPath: path.join(state.path, AUTHORITY),
      validUntil: endOf(server),
    };
  });
}
