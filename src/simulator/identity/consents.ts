import type { App, User } from './directory.ts';

/** What people have consented to for themselves. Lasts as long as the process. */
export interface Consents {
  give(user: User, app: App, scopes: readonly string[]): void;
  /** The app as it is for that person. */
  appOf(user: User, app: App): App;
}

function keyOf(user: User, app: App): string {
  return `${user.id} ${app.clientId}`;
}

export function createConsents(): Consents {
  const given = new Map<string, readonly string[]>();
  const givenBy = (user: User, app: App): readonly string[] => given.get(keyOf(user, app)) ?? [];
  return {
    give: (user, app, scopes) => {
      given.set(keyOf(user, app), [...givenBy(user, app), ...scopes]);
    },
    appOf: (user, app) => ({
      ...app,
      consentedScopes: [...app.consentedScopes, ...givenBy(user, app)],
    }),
  };
}
