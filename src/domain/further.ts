import { ofCaller } from './of-caller.ts';
import type { AccessToken, Resource, SignIn, TokenWish } from './ports.ts';

interface Wish extends TokenWish {
  readonly resource: Resource;
}

function keyOf(resource: Resource, what: string): string {
  return `${resource} ${what}`;
}

/** What was brought for it was refused all the same: sessions may be looked at again and again. */
async function isSpent(
  token: Promise<AccessToken>,
  { challenge, refused }: Wish,
): Promise<boolean> {
  if (challenge === undefined || challenge.isForPerson) return false;
  return token.then(
    ({ value }) => value === refused,
    () => false,
  );
}

/** What is asked for, one by one: that claims are demanded, or permissions. */
function wantedBy({ challenge, permissions = [] }: Wish): readonly string[] {
  return challenge === undefined ? permissions : [challenge.label];
}

/**
 * A further sign-in, for what the one there is does not bring: claims that Microsoft demands, or
 * permissions that nobody has consented to. One for each demand, API and operation, however many ask.
 * Those who come later get what the first one got, also when that is an error, and also when they ask
 * for a part of it.
 * @throws PimError of the sign-in; `sign-in-required` where it is not the caller's
 */
export async function signInFurther(signIn: SignIn, wish: Wish): Promise<AccessToken> {
  const { resource, challenge, furtherSignIns: made = new Map() } = wish;
  const wanted = wantedBy(wish);
  const missing = wanted.filter((each) => !made.has(keyOf(resource, each)));
  const known = missing.length === 0 ? made.get(keyOf(resource, wanted[0] ?? '')) : undefined;
  if (known !== undefined && !(await isSpent(known, wish))) return known;
  const rest = challenge === undefined ? { permissions: missing } : {};
  const token = ofCaller(signIn.token({ ...wish, ...rest }), wish);
  for (const each of missing.length > 0 ? missing : wanted) made.set(keyOf(resource, each), token);
  return token;
}
