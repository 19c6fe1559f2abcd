import type { Challenge } from './challenge.ts';
import type { AccessToken, Resource, SignIn, TokenWish } from './ports.ts';

interface Wish extends TokenWish {
  readonly resource: Resource;
  readonly challenge: Challenge;
}

/**
 * A further sign-in, in the browser, that carries what is demanded: one for each demand, API and
 * operation, however many ask. Those who come later get what the first one got, also when that is an
 * error.
 * @throws PimError of the sign-in
 */
export function stepUp(signIn: SignIn, wish: Wish): Promise<AccessToken> {
  const { stepUps, resource, challenge } = wish;
  const key = `${resource} ${challenge.label}`;
  const token = stepUps?.get(key) ?? signIn.token(wish);
  stepUps?.set(key, token);
  return token;
}
