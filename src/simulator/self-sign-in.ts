import { request } from 'node:http';
import { PimError } from '../domain/errors.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost']);
const FORM = /<form method="POST" action="([^"]+)">/u;
const INPUT = /<input type="hidden" name="([^"]*)" value="([^"]*)">/gu;
const MOST_HOPS = 5;

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function unescapeHtml(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/gu, (entity) => ENTITIES[entity] ?? '');
}

interface Page {
  readonly location: string | undefined;
  readonly body: string;
}

function visit(url: string, form?: URLSearchParams): Promise<Page> {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' || !LOOPBACK.has(hostname)) {
    throw new PimError('configuration', 'The demo signs in on this computer only.');
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded', connection: 'close' };
  const options = form === undefined ? { method: 'GET' } : { method: 'POST', headers };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ location: response.headers.location, body });
      });
    });
    sent.once('error', reject);
    sent.end(form?.toString());
  });
}

function formOf(
  body: string,
): { readonly action: string; readonly fields: URLSearchParams } | null {
  const action = FORM.exec(body)?.[1];
  if (action === undefined) return null;
  const fields = new URLSearchParams(
    [...body.matchAll(INPUT)].map(([, name = '', value = '']): [string, string] => [
      unescapeHtml(name),
      unescapeHtml(value),
    ]),
  );
  return { action: unescapeHtml(action), fields };
}

/**
 * Takes the place of the browser: opens the sign-in page, follows redirects and sends the form that
 * leads back to the app. Speaks to loopback only. Ends silently on a page that leads nowhere, as a
 * person's browser would.
 */
export async function selfSignIn(url: string): Promise<void> {
  let page = await visit(url);
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const form = formOf(page.body);
    if (page.location !== undefined) page = await visit(new URL(page.location, url).href);
    else if (form) page = await visit(form.action, form.fields);
    else return;
  }
}
