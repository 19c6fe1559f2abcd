import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const DAY_MS = 86_400_000;
const VALID_DAYS = 30;
/** Clocks of containers and virtual machines may be behind. */
const BACKDATED_MS = 3_600_000;
const LOOPBACK = '127.0.0.1';

/** PEM. */
export interface IssuedCertificates {
  /** What a client has to trust. */
  readonly authority: string;
  readonly certificate: string;
  /** Of the server. The authority's own is gone. */
  readonly key: string;
}

/** One certificate before it is signed. */
interface Draft {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signWith: KeyObject;
  readonly now: Date;
  readonly extensions: readonly Extension[];
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function extension(
  extnID: string,
  value: unknown,
  { critical }: { readonly critical: boolean },
): Extension {
  return new Extension({
    extnID,
    critical,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

function nameOf(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  return new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })]),
  ]);
}

function publicKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
  const der = key.export({ type: 'spki', format: 'der' });
  return AsnConvert.parse(buffer(der), SubjectPublicKeyInfo);
}

/** RFC 7093 section 2: the first 160 bits of a SHA-256 over the key. */
function keyIdentifier(key: KeyObject): ArrayBuffer {
  const bits = new Uint8Array(publicKeyInfo(key).subjectPublicKey);
  return buffer(createHash('sha256').update(bits).digest().subarray(0, 20));
}

/** Positive, and without leading zeros. */
function serialNumber(): ArrayBuffer {
  return buffer(Buffer.concat([Buffer.of(0x40), randomBytes(15)]));
}

function signed({ subject, issuer, publicKey, signWith, now, extensions }: Draft): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: nameOf(issuer),
    subject: nameOf(subject),
    validity: new Validity({
      notBefore: new Date(now.getTime() - BACKDATED_MS),
      notAfter: new Date(now.getTime() + VALID_DAYS * DAY_MS),
    }),
    subjectPublicKeyInfo: publicKeyInfo(publicKey),
    extensions: new Extensions([...extensions]),
  });
  const content = new Uint8Array(AsnConvert.serialize(tbsCertificate));
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: buffer(sign('sha256', content, signWith)),
  });
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString();
}

/** Those names and this machine's loopback address. Without the address, every address would do. */
function constraintsOn(names: readonly string[]): NameConstraints {
  const permitted = [
    ...names.map((dNSName) => new GeneralName({ dNSName })),
    new GeneralName({ iPAddress: `${LOOPBACK}/32` }),
  ];
  return new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(permitted.map((base) => new GeneralSubtree({ base }))),
    excludedSubtrees: new GeneralSubtrees([
      new GeneralSubtree({ base: new GeneralName({ iPAddress: '::/0' }) }),
    ]),
  });
}

const SERVER_ONLY = extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth]), {
  critical: false,
});

function identified(key: KeyObject): Extension {
  const identifier = new SubjectKeyIdentifier(keyIdentifier(key));
  return extension(id_ce_subjectKeyIdentifier, identifier, { critical: false });
}

function authorityExtensions(key: KeyObject, names: readonly string[]): Extension[] {
  const constraints = new BasicConstraints({ cA: true, pathLenConstraint: 0 });
  const usage = new KeyUsage(KeyUsageFlags.keyCertSign);
  return [
    extension(id_ce_basicConstraints, constraints, { critical: true }),
    extension(id_ce_keyUsage, usage, { critical: true }),
    extension(id_ce_nameConstraints, constraintsOn(names), { critical: true }),
    SERVER_ONLY,
    identified(key),
  ];
}

function serverExtensions(
  key: KeyObject,
  authority: KeyObject,
  names: readonly string[],
): Extension[] {
  const issuer = new AuthorityKeyIdentifier({
    keyIdentifier: new KeyIdentifier(keyIdentifier(authority)),
  });
  const alternatives = new SubjectAlternativeName([
    ...names.map((dNSName) => new GeneralName({ dNSName })),
    new GeneralName({ iPAddress: LOOPBACK }),
  ]);
  return [
    extension(id_ce_basicConstraints, new BasicConstraints(), { critical: true }),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), { critical: true }),
    extension(id_ce_subjectAltName, alternatives, { critical: false }),
    SERVER_ONLY,
    identified(key),
    extension(id_ce_authorityKeyIdentifier, issuer, { critical: false }),
  ];
}

/**
 * Makes an authority that can vouch for these DNS names and for loopback only, lets it sign one server
 * certificate, and forgets its key: nobody can sign a second one. Valid for 30 days.
 */
export function issueCertificates(names: readonly string[], now: Date): IssuedCertificates {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = 'Entra PIM simulator: test authority';
  const common = { issuer, signWith: root.privateKey, now };
  return {
    authority: signed({
      ...common,
      subject: issuer,
      publicKey: root.publicKey,
      extensions: authorityExtensions(root.publicKey, names),
    }),
    certificate: signed({
      ...common,
      subject: 'Entra PIM simulator',
      publicKey: server.publicKey,
      extensions: serverExtensions(server.publicKey, root.publicKey, names),
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
