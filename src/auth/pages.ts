import { createHash } from 'node:crypto';

/** What the browser tab says. Everything in it is escaped here, and nothing in it runs. */
export interface Page {
  readonly tone: 'good' | 'bad' | 'neutral';
  readonly title: string;
  readonly lines: readonly string[];
  /** Where the tab goes by itself. */
  readonly next?: string;
}

const STYLE = `
:root { color-scheme: light dark; --back: #f4f5f7; --card: #fff; --text: #1b1f24; --soft: #57606a }
@media (prefers-color-scheme: dark) {
  :root { --back: #0f1318; --card: #1a2027; --text: #e8edf2; --soft: #9aa6b2 }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back);
  color: var(--text); font: 16px/1.5 system-ui, sans-serif }
main { width: min(30rem, calc(100vw - 3rem)); padding: 2.25rem; box-sizing: border-box;
  border-radius: 12px; background: var(--card); box-shadow: 0 1px 3px #0003; overflow-wrap: anywhere }
h1 { margin: 0 0 .75rem; font-size: 1.35rem; font-weight: 600 }
h1::before { content: ''; display: block; width: 2.5rem; height: 4px; border-radius: 2px;
  margin-bottom: 1.25rem; background: var(--soft) }
.good h1::before { background: #1a7f37 }
.bad h1::before { background: #cf222e }
p { margin: .5rem 0 0; color: var(--soft) }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`);
}

export function renderPage({ tone, title, lines, next }: Page): string {
  const refresh =
    next === undefined ? '' : `<meta http-equiv="refresh" content="0;url=${escape(next)}">`;
  const link = next === undefined ? '' : `<p><a href="${escape(next)}">Continue</a></p>`;
  const text = lines.map((line) => `<p>${escape(line)}</p>`).join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">${refresh}<title>${escape(title)}</title><style>${STYLE}</style></head><body><main class="${tone}"><h1>${escape(title)}</h1>${text}${link}</main></body></html>`;
}
