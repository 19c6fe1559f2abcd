/** A string literal of OData: a quote inside is doubled. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Percent-encoding for a query value that leaves OData's own punctuation readable. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll(/%24|%2C|%2F|%3D/gu, decodeURIComponent);
}

/** `path?$filter=…&$expand=…`; options that are empty are left out. */
export function withQuery(path: string, options: Readonly<Record<string, string>>): string {
  const parts = Object.entries(options)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `$${name}=${encode(value)}`);
  return parts.length === 0 ? path : `${path}?${parts.join('&')}`;
}

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

export function isGuid(text: string): boolean {
  return GUID.test(text);
}

const ID = /^[\w-]{1,64}$/u;

/** Ids are Microsoft's, and still foreign text: what could be anything but an id is none. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Ids are compared without case, as Microsoft does. */
export function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The collection as far as it concerns the caller. Needs no directory role, unlike the plain one. */
export function mine(collection: string): string {
  return `${collection}/filterByCurrentUser(on='principal')`;
}

/** Requests on which the caller may decide. */
export function forMyDecision(requests: string): string {
  return `${requests}/filterByCurrentUser(on='approver')`;
}
