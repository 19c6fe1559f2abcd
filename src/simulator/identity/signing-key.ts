import { createHash } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose';
import * as z from 'zod';
import type { StateDirectory } from '../../domain/ports.ts';

const FILE = 'signing-key.jwk';

const privateJwk = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});

type PrivateJwk = z.infer<typeof privateJwk>;

/** The simulator's own RSA key. Nothing else trusts it. */
export interface SigningKey {
  readonly id: string;
  readonly signWith: CryptoKey | Uint8Array;
  readonly verifyWith: CryptoKey | Uint8Array;
  /** Public half, as the JWKS shows it. */
  readonly publicJwk: Readonly<Record<string, string>>;
}

async function fromJwk(jwk: PrivateJwk): Promise<SigningKey> {
  const publicHalf = { kty: jwk.kty, n: jwk.n, e: jwk.e };
  const id = createHash('sha256').update(jwk.n).digest('base64url').slice(0, 27);
  return {
    id,
    signWith: await importJWK(jwk, 'RS256'),
    verifyWith: await importJWK(publicHalf, 'RS256'),
    publicJwk: { ...publicHalf, use: 'sig', alg: 'RS256', kid: id },
  };
}

async function generate(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return privateJwk.parse(await exportJWK(privateKey));
}

/** Making an RSA key takes a fifth of a second: simulators without a memory share one per process. */
let passing: Promise<SigningKey> | undefined;

/** The key kept in that directory, made there first if need be; without one, this process's. */
export async function openSigningKey(state: StateDirectory | undefined): Promise<SigningKey> {
  if (state === undefined) {
    passing ??= generate().then(fromJwk);
    return passing;
  }
  return state.locked(FILE, async () => {
    const stored = await state.read(FILE);
    if (stored) return fromJwk(privateJwk.parse(JSON.parse(Buffer.from(stored).toString())));
    const jwk = await generate();
    await state.write(FILE, Buffer.from(JSON.stringify(jwk)));
    return fromJwk(jwk);
  });
}
