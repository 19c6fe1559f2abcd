import type { AccessToken, Resource, SignIn, TokenWish } from './ports.ts';

interface Wish extends TokenWish {
  readonly resource: Resource;
}

/**
 * A further sign-in, for what the one there is does not bring: claims that Microsoft demands, or
 * permissions that nobody has consented to. One for each demand, API and operation, however many ask.
 * Those who come later get what the first one got, also when that is an error.
 * @throws PimError of the sign-in
 */
export function signInFurther(signIn: SignIn, wish: Wish): Promise<AccessToken> {
  const { furtherSignIns, resource, challenge, permissions = [] } = wish;
  const key = [resource, challenge?.label ?? '', ...permissions].join(' ');
  const token = furtherSignIns?.get(key) ?? signIn.token(wish);
  furtherSignIns?.set(key, token);
  return token;
}
