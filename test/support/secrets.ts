/** As it is, in an address, and in a header. */
function formsOf(secret: string): string[] {
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
}

/** Which of these secrets stand in what was written. */
export function secretsIn(secrets: readonly string[], written: string): string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => written.includes(form)));
}
