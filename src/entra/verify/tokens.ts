import { isPimError } from '../../domain/errors.ts';
import { RESOURCES } from '../../domain/permissions.ts';
import type { Resource } from '../../domain/ports.ts';
import type { Finding } from '../../domain/verification.ts';
import type { Check } from './check.ts';
import type { Eye } from './eye.ts';
import { part, together, unseen, type Part } from './part.ts';
import { counted, isSameText, listIn, rowIn, textIn, type Row } from './rows.ts';
import { claimsOf } from './token-facts.ts';

const NAMES = { graph: 'Microsoft Graph', arm: 'Azure Resource Manager' } as const satisfies Record<
  Resource,
  string
>;

interface Token {
  readonly claims: Row;
  readonly scopes: readonly string[];
  readonly objectId: string;
  readonly tenantId: string;
}

async function graphToken(eye: Eye): Promise<Token | null> {
  return tokenOf(eye, 'graph');
}

async function tokenOf(eye: Eye, resource: Resource): Promise<Token | null> {
  const token = await eye.token(resource);
  const claims = claimsOf(token);
  const { objectId, tenantId } = token.account;
  return claims && { claims, scopes: token.scopes, objectId, tenantId };
}

const UNREADABLE = part(false, 'The token cannot be read.');

/** The same of each token that there is: Azure is an extra. */
async function perToken(eye: Eye, look: (token: Token) => Part): Promise<Finding> {
  const parts: Part[] = [];
  for (const resource of RESOURCES) {
    if (resource === 'arm' && !(await hasAzure(eye))) continue;
    const token = await tokenOf(eye, resource);
    const { verdict, seen } = token ? look(token) : UNREADABLE;
    parts.push({ verdict, seen: `${NAMES[resource]}: ${seen}` });
  }
  return together(parts);
}

/** Whether there is one is a check of its own, which says why not. @throws PimError `cancelled` */
async function hasAzure(eye: Eye): Promise<boolean> {
  try {
    await eye.token('arm');
    return true;
  } catch (error) {
    if (!isPimError(error) || error.code === 'cancelled') throw error;
    return false;
  }
}

async function roles(eye: Eye): Promise<Part> {
  const token = await graphToken(eye);
  if (token === null) return UNREADABLE;
  const wids = listIn(token.claims, 'wids');
  return part(
    wids !== null,
    wids === null ? 'No wids.' : `wids with ${counted(wids.length, 'id')}.`,
  );
}

async function groups(eye: Eye): Promise<Part> {
  const token = await graphToken(eye);
  if (token === null) return UNREADABLE;
  const { claims } = token;
  const ids = listIn(claims, 'groups');
  const isElsewhere = 'hasgroups' in claims || 'groups' in rowIn(claims, '_claim_names');
  const seen = ids === null ? 'No groups' : `groups with ${counted(ids.length, 'id')}`;
  const hint = isElsewhere ? 'says where to ask for them' : 'no hint where to ask';
  return part(ids === null && !isElsewhere, `${seen}; ${hint}.`);
}

function contexts({ claims }: Token): Part {
  const acrs = listIn(claims, 'acrs');
  if (acrs === null)
    return unseen('no acrs.', 'a sign-in for an authentication context, just before');
  return part(true, `acrs with ${counted(acrs.length, 'context')}.`);
}

const METHOD = /^[a-z\d_]{1,20}$/u;

function methods({ claims }: Token): Part {
  const amr = listIn(claims, 'amr');
  if (amr === null) return part(false, 'no amr.');
  const words = amr.filter((word) => typeof word === 'string' && METHOD.test(word));
  return part(true, `amr is ${words.join(', ') || 'empty'}.`);
}

function capabilities({ claims }: Token): Part {
  const listed = listIn(claims, 'xms_cc') ?? [];
  const has = listed.some((word) => typeof word === 'string' && isSameText(word, 'cp1'));
  return part(has, has ? 'xms_cc names cp1.' : 'xms_cc does not name cp1.');
}

function missingIn(from: readonly string[], list: readonly string[]): number {
  return list.filter((scope) => !from.some((each) => isSameText(each, scope))).length;
}

function scopes({ claims, scopes: said }: Token): Part {
  const inToken = (textIn(claims, 'scp') ?? '').split(' ').filter((scope) => scope !== '');
  const [unsaid, untold] = [missingIn(said, inToken), missingIn(inToken, said)];
  return part(
    unsaid === 0 && untold === 0,
    `${counted(inToken.length, 'permission')} in the token; ${unsaid} that the endpoint did not name, ${untold} that only it named.`,
  );
}

/** 1 = a guest of the tenant. */
function kindOfAccount({ claims }: Token): string {
  const { acct } = claims;
  if (acct === 1) return 'a guest';
  return acct === 0 ? 'a member' : 'guest or member is not said';
}

function ownId(token: Token): Part {
  const { claims, objectId, tenantId } = token;
  const isOwn = isSameText(textIn(claims, 'oid'), objectId);
  const isHere = isSameText(textIn(claims, 'tid'), tenantId);
  const oid = isOwn ? 'oid is the id that we use' : 'oid is another id than the one we use';
  const tid = isHere ? 'tid is the tenant' : 'tid is another tenant';
  return part(isOwn && isHere, `${oid}, ${tid}; ${kindOfAccount(token)}.`);
}

function appOf({ claims }: Token): string | null {
  return textIn(claims, 'appid') ?? textIn(claims, 'azp');
}

/** `null`: Entra wants a person for it. @throws PimError also where Entra was not even asked */
async function azureToken(eye: Eye): Promise<Token | 'unreadable' | null> {
  try {
    return (await tokenOf(eye, 'arm')) ?? 'unreadable';
  } catch (error) {
    const isEntra = isPimError(error) && error.details.upstream !== undefined;
    if (isEntra && error.code === 'sign-in-required') return null;
    throw error;
  }
}

async function azure(eye: Eye): Promise<Part> {
  const graph = await graphToken(eye);
  const token = await azureToken(eye);
  if (token === null) return part(false, 'Entra wants a person to sign in once more.');
  if (token === 'unreadable' || graph === null) return UNREADABLE;
  if (!isSameText(appOf(token), appOf(graph)))
    return unseen("The token is another program's.", 'a sign-in of this program for Azure');
  return part(true, 'It came without a window.');
}

export const TOKEN_CHECKS: readonly Check[] = [
  {
    id: 'token-roles',
    question: "Do Graph's tokens name the caller's roles (wids)?",
    assumes: 'They do.',
    look: async (eye) => together([await roles(eye)]),
  },
  {
    id: 'token-groups',
    question: "Do Graph's tokens name the caller's groups?",
    assumes: 'They do not.',
    look: async (eye) => together([await groups(eye)]),
  },
  {
    id: 'token-contexts',
    question: 'Do tokens say which authentication contexts they carry (acrs)?',
    assumes: 'They do, after a sign-in for one.',
    look: (eye) => perToken(eye, contexts),
  },
  {
    id: 'token-methods',
    question: 'Do tokens say how the person signed in (amr)?',
    assumes: 'They do.',
    look: (eye) => perToken(eye, methods),
  },
  {
    id: 'token-capabilities',
    question: 'Do tokens name the capability of this program to answer challenges (xms_cc)?',
    assumes: 'They do.',
    look: (eye) => perToken(eye, capabilities),
  },
  {
    id: 'token-permissions',
    question: "Are the permissions in the token those of the token endpoint's answer?",
    assumes: 'They are the same.',
    look: (eye) => perToken(eye, scopes),
  },
  {
    id: 'own-object-id',
    question: 'Is the object id of the sign-in the one in the tokens?',
    assumes: 'It is, also for guests.',
    look: (eye) => perToken(eye, ownId),
  },
  {
    id: 'azure-silent',
    question: 'Does a token for Azure come silently out of the sign-in for Graph?',
    assumes: 'It does, where the app has the consent.',
    look: async (eye) => together([await azure(eye)]),
  },
];
