/**
 * The service says no. `code` and `message` go into the answer as they are.
 * Texts: the error catalogue of Microsoft's privileged role APIs, typing errors included.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** What a new token must have, as JSON text: a claims challenge. */
  readonly claims: string | undefined;

  constructor(status: number, code: string, message: string, claims?: string) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.claims = claims;
  }
}

export function badRequest(code: string, message: string): Problem {
  return new Problem(400, code, message);
}

export function forbidden(): Problem {
  return new Problem(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  );
}

export function notFound(what: string): Problem {
  return new Problem(404, 'ResourceNotFound', `${what} was not found.`);
}
