/** What Microsoft demands of a sign-in, beyond what it was made with. */
export interface Demand {
  /** What to ask the sign-in for, as JSON: Microsoft's own words, or those of the documentation. */
  readonly claims: string;
  /** In words for people, of our own making. The same words are the same demand. */
  readonly label: string;
  /** Authentication contexts (`c1`…`c99`) that it names. */
  readonly contexts: readonly string[];
  /** Names contexts or methods of signing in. Else a newer token may do, which a refresh brings. */
  readonly isForPerson: boolean;
}

/**
 * A demand on its way from an answer to the sign-in. The claims are private: nothing that prints,
 * copies or serialises it (a log, an error, the journal, an answer to a model) can hold them.
 */
export class Challenge {
  readonly #claims: string;
  readonly label: string;
  readonly contexts: readonly string[];
  readonly isForPerson: boolean;

  constructor({ claims, label, contexts, isForPerson }: Demand) {
    this.#claims = claims;
    this.label = label;
    this.contexts = contexts;
    this.isForPerson = isForPerson;
  }

  /** For the request to the identity platform, and for nothing else. */
  claims(): string {
    return this.#claims;
  }
}

const CONTEXT = /^[a-z]\d{1,2}$/u;

export function isContext(value: string): boolean {
  return CONTEXT.test(value);
}

export function contextLabel(contexts: readonly string[]): string {
  const noun = contexts.length === 1 ? 'authentication context' : 'authentication contexts';
  return `${noun} ${contexts.join(', ')}`;
}

/** For a context that the role settings name, before anything is refused. */
export function contextChallenge(context: string): Challenge {
  const claims = { access_token: { acrs: { essential: true, value: context } } };
  return new Challenge({
    claims: JSON.stringify(claims),
    label: contextLabel([context]),
    contexts: [context],
    isForPerson: true,
  });
}

/** For multifactor authentication: that refusal brings no claims of its own. */
export const MFA_CHALLENGE = new Challenge({
  claims: '{"access_token":{"amr":{"values":["mfa"]}}}',
  label: 'multifactor authentication',
  contexts: [],
  isForPerson: true,
});
