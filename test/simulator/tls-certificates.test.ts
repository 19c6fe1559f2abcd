import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, id_ce_nameConstraints, NameConstraints } from '@peculiar/asn1-x509';
import { describe, expect, it } from 'vitest';
import { runSimulator } from '../../src/simulator/command.ts';
import { openCertificates } from '../../src/simulator/tls/open-certificates.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ARM, certificates, GRAPH, LOGIN, runningSecurely } from './tls-support.ts';

const NAMES = [LOGIN, GRAPH, ARM, 'localhost'];
const START = new Date('2026-01-15T09:00:00Z');
const DAY_MS = 86_400_000;

function daysLater(days: number): Date {
  return new Date(START.getTime() + days * DAY_MS);
}

/** `null` = the connection stands, and the certificate was found good. */
function handshake(options: ConnectionOptions): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', ...options }, () => {
      socket.destroy();
      resolve(null);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe('the certificate authority', () => {
  it('may vouch for the three names and loopback only, and says so critically', async () => {
    const { authority } = await certificates();
    const der = new X509Certificate(authority).raw;
    const { extensions } = AsnConvert.parse(der, Certificate).tbsCertificate;
    const found = extensions?.find(({ extnID }) => extnID === id_ce_nameConstraints);
    expect(found?.critical).toBe(true);
    const { permittedSubtrees, excludedSubtrees } = AsnConvert.parse(
      found?.extnValue.buffer ?? new ArrayBuffer(),
      NameConstraints,
    );
    expect(permittedSubtrees?.map(({ base }) => base.dNSName ?? base.iPAddress)).toEqual([
      ...NAMES,
      '127.0.0.1/32',
    ]);
    expect(excludedSubtrees?.map(({ base }) => base.iPAddress)).toEqual(['::/0']);
  });

  it('signed the certificate of the server, which is no authority itself', async () => {
    const { authority, server } = await certificates();
    const issuer = new X509Certificate(authority);
    const certificate = new X509Certificate(server);
    expect(issuer.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(issuer)).toBe(true);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.subjectAltName).toBe(
      [...NAMES.map((name) => `DNS:${name}`), 'IP Address:127.0.0.1'].join(', '),
    );
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('leaves no key behind: the only one on the disk is that of the server', async () => {
    const { state, authority, server } = await certificates();
    const files = await readdir(state.path);
    const texts = await Promise.all(
      files.map((file) => readFile(path.join(state.path, file), 'utf8')),
    );
    expect(texts.join('').match(/PRIVATE KEY-----/gu)).toHaveLength(2);
    const key = createPrivateKey(server);
    expect(new X509Certificate(server).checkPrivateKey(key)).toBe(true);
    expect(new X509Certificate(authority).checkPrivateKey(key)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('is kept for this user only', async () => {
    const { state } = await certificates();
    const files = await readdir(state.path);
    expect(files.toSorted()).toEqual(['authority.pem', 'server.pem']);
    const modes = await Promise.all(
      files.map(async (file) => (await stat(path.join(state.path, file))).mode & 0o777),
    );
    expect(modes).toEqual([0o600, 0o600]);
  });
});

describe('the certificates that are kept', () => {
  it('are used again until a day before they expire', async () => {
    const { state, server, validUntil } = await certificates(START);
    expect(validUntil).toEqual(daysLater(30));
    expect((await openCertificates(state, daysLater(29))).server).toBe(server);
    const after = await openCertificates(state, daysLater(29.5));
    expect(after.server).not.toBe(server);
    expect(after.validUntil).toEqual(daysLater(59.5));
  });

  it.each([
    ['is cut short', 'server.pem', (text: string) => text.slice(0, 100)],
    ['is no certificate', 'authority.pem', () => 'something else'],
    ['is empty', 'authority.pem', () => ''],
  ])('are made anew when a file %s', async (_, file, spoil) => {
    const { state, server, authorityPath } = await certificates(START);
    const bytes = await readFile(path.join(state.path, file), 'utf8');
    await state.write(file, Buffer.from(spoil(bytes)));
    const again = await openCertificates(state, START);
    expect(again.server).not.toBe(server);
    const issuer = new X509Certificate(await readFile(authorityPath));
    expect(new X509Certificate(again.server).verify(issuer.publicKey)).toBe(true);
  });

  it('are made anew when authority and server are of two makings', async () => {
    const [{ state, server }, other] = await Promise.all([
      certificates(START),
      certificates(START),
    ]);
    await state.write('authority.pem', Buffer.from(other.authority));
    expect((await openCertificates(state, START)).server).not.toBe(server);
  });

  it('are made once by simulators that start together', async () => {
    const state = openStateDirectory(await temporaryFolder());
    const opened = await Promise.all([1, 2, 3].map(() => openCertificates(state, START)));
    expect(new Set(opened.map(({ server }) => server)).size).toBe(1);
  });
});

describe('a client that trusts the authority', () => {
  it.each([...NAMES])('is connected to %s', async (servername) => {
    const { authority: ca, port } = await runningSecurely();
    expect(await handshake({ port, servername, ca })).toBeNull();
  });

  it.each(['example.com', 'login.microsoft.com', 'www.graph.microsoft.com'])(
    'finds that the certificate is not for %s',
    async (servername) => {
      const { authority: ca, port } = await runningSecurely();
      expect(await handshake({ port, servername, ca })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    },
  );

  it('is the only one that is connected', async () => {
    const { port } = await runningSecurely();
    const other = await certificates();
    const refused = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
    expect(await handshake({ port, servername: GRAPH })).toBe(refused);
    expect(await handshake({ port, servername: GRAPH, ca: other.authority })).not.toBeNull();
  });
});

it('the command prints variables that a shell reads back, and explains itself apart from them', async () => {
  const state = openStateDirectory(path.join(await temporaryFolder(), "Ada's files"));
  const said = { out: '', err: '' };
  const exit = await runSimulator({
    simulator: { clock: { now: () => new Date() } },
    tls: state,
    signal: AbortSignal.abort(),
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
  });
  expect(exit).toBe(0);
  const authority = path.join(state.path, 'authority.pem');
  expect(said.out.split('\n')).toEqual([
    'export AZURE_TENANT_ID=b9c8b9ff-e46e-4627-9419-c7723226db94',
    expect.stringMatching(/^export SIMULATOR_URL=https:\/\/localhost:\d+$/u),
    `export NODE_EXTRA_CA_CERTS='${authority.replaceAll("'", String.raw`'\''`)}'`,
    '',
  ]);
  expect(said.err).toContain(`Certificate authority: ${authority}\n`);
  for (const name of [LOGIN, GRAPH, ARM]) expect(said.err).toContain(name);
});
