/** What a person's browser does on the way through a sign-in: redirects, forms that send themselves. */
export interface Tab {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

const FORM = /<form[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/su;
const INPUT = /<input type="hidden" name="([^"]*)" value="([^"]*)">/gu;
const REFRESH = /<meta http-equiv="refresh" content="0;url=([^"]+)">/u;
const MOST_HOPS = 10;

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
};

function unescape(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/gu, (_, code?: string, name?: string) =>
    code === undefined ? (NAMED[name ?? ''] ?? '') : String.fromCodePoint(Number(code)),
  );
}

async function load(url: string, form?: URLSearchParams): Promise<{ tab: Tab; next?: string }> {
  const post = form === undefined ? {} : { method: 'POST', body: form };
  const response = await fetch(url, { redirect: 'manual', ...post });
  const tab = { url, status: response.status, text: await response.text() };
  const location = response.headers.get('location') ?? unescape(REFRESH.exec(tab.text)?.[1] ?? '');
  return location === '' ? { tab } : { tab, next: new URL(location, url).href };
}

/** The form that a page sends by itself. One with a button is left alone: that needs a person. */
function selfSentForm({ text }: Tab): { action: string; fields: URLSearchParams } | null {
  const [, action, inside = ''] = FORM.exec(text) ?? [];
  if (action === undefined || !text.includes('submit()')) return null;
  const fields = [...inside.matchAll(INPUT)].map(([, name = '', value = '']): [string, string] => [
    unescape(name),
    unescape(value),
  ]);
  return { action: unescape(action), fields: new URLSearchParams(fields) };
}

/** Opens the address and goes wherever the pages lead by themselves; returns the last one. */
export async function browse(url: string): Promise<Tab> {
  let { tab, next } = await load(url);
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const form = selfSentForm(tab);
    if (next !== undefined) ({ tab, next } = await load(next));
    else if (form) ({ tab, next } = await load(form.action, form.fields));
    else return tab;
  }
  throw new Error(`the pages lead in circles, last at ${tab.url}`);
}

/** Sends a form, as a person does who presses a button, and goes on from there. */
export async function submit(url: string, fields: Readonly<Record<string, string>>): Promise<Tab> {
  const { tab, next } = await load(url, new URLSearchParams(fields));
  if (next !== undefined) return browse(next);
  const form = selfSentForm(tab);
  return form === null ? tab : submit(form.action, Object.fromEntries(form.fields));
}

/** A browser to hand to the sign-in: remembers where it was sent and what its tabs show in the end. */
export interface TestBrowser {
  readonly open: (url: string) => Promise<void>;
  readonly urls: readonly string[];
  /** The tab of the n-th visit, once it came to rest. */
  tab(index?: number): Promise<Tab>;
}

export function testBrowser(visit: (url: string) => Promise<Tab> = browse): TestBrowser {
  const urls: string[] = [];
  const tabs: Promise<Tab>[] = [];
  return {
    urls,
    open: async (url) => {
      urls.push(url);
      tabs.push(visit(url));
      await tabs.at(-1);
    },
    tab: async (index = 0) => {
      const tab = tabs[index];
      if (tab === undefined) throw new Error('no such tab');
      return tab;
    },
  };
}
