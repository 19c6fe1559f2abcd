import { createHash } from 'node:crypto';
import type { SimResponse } from '../world.ts';
import type { Account } from './accounts.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (char) => ENTITIES[char] ?? '');
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#eef1f5, #16181c); color: light-dark(#1b1b1f, #ececf0); }
main { box-sizing: border-box; width: min(28rem, 100vw); padding: 2rem; border-radius: 0.5rem;
  background: light-dark(#fff, #22252b); box-shadow: 0 2px 12px #0003; }
.mark { display: inline-block; padding: 0.1rem 0.6rem; border-radius: 0.25rem; font-weight: 700;
  letter-spacing: 0.08em; background: #8a3b00; color: #fff; }
h1 { font-size: 1.4rem; margin: 1rem 0 0.5rem; }
ul { list-style: none; margin: 1rem 0; padding: 0; }
button { box-sizing: border-box; width: 100%; margin: 0.2rem 0; padding: 0.6rem 0.8rem; font: inherit;
  text-align: left; border: 1px solid light-dark(#8a8f98, #6b7079); border-radius: 0.35rem;
  background: transparent; color: inherit; cursor: pointer; }
button:hover { background: light-dark(#eef4ff, #2c313a); }
button:focus-visible { outline: 3px solid #2f7bff; outline-offset: 1px; }
small { display: block; opacity: 0.8; }
.cancel { text-align: center; }
`;

const SUBMIT = 'document.forms[0].submit();';

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

interface Page {
  readonly status: number;
  readonly title: string;
  /** HTML: every foreign text in it is escaped by its maker. */
  readonly body: string;
  /** Where its forms may lead, as CSP sources. */
  readonly formAction: string;
}

function page({ status, title, body, formAction }: Page): SimResponse {
  const csp = [
    "default-src 'none'",
    `style-src ${sha256(STYLE)}`,
    `script-src ${sha256(SUBMIT)}`,
    `form-action ${formAction}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': csp,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} (simulator)</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p><span class="mark">SIMULATOR</span></p>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`,
  };
}

function accountButton({ user, home }: Account): string {
  const name = escapeHtml(user.displayName);
  const upn = escapeHtml(home.userPrincipalName);
  return `<li><button name="user" value="${upn}">${name}<small>${upn}</small></button></li>`;
}

/** Lets a person pick who to be. Posts back to its own address, query and all. */
export function accountPicker(wish: {
  readonly tenantName: string;
  readonly appName: string;
  readonly accounts: readonly Account[];
  readonly redirectOrigin: string;
}): SimResponse {
  const body = `<p>This is not Microsoft: a made-up tenant on this computer, without passwords.</p>
<p><strong>${escapeHtml(wish.appName)}</strong> asks you to sign in to
<strong>${escapeHtml(wish.tenantName)}</strong>. Pick an account.</p>
<form method="post">
<ul>
${wish.accounts.map(accountButton).join('\n')}
</ul>
<button class="cancel" name="cancel" value="1">Cancel</button>
</form>`;
  const formAction = `'self' ${wish.redirectOrigin}`;
  return page({ status: 200, title: 'Pick an account', body, formAction });
}

/** Where a person types the code that a program showed, and picks who to be. */
export function devicePage(wish: {
  readonly tenantName: string;
  readonly accounts: readonly Account[];
  readonly problem: string;
}): SimResponse {
  const body = `<p>This is not Microsoft: a made-up tenant on this computer, without passwords.</p>
<p>A program asks you to sign in to <strong>${escapeHtml(wish.tenantName)}</strong>. Enter the code that
it showed, then pick an account.</p>
<p role="alert">${escapeHtml(wish.problem)}</p>
<form method="post">
<label>Code <input name="code" required autocomplete="off" autofocus></label>
<ul>
${wish.accounts.map(accountButton).join('\n')}
</ul>
<button class="cancel" name="cancel" value="1">Cancel</button>
</form>`;
  return page({ status: 200, title: 'Enter code', body, formAction: "'self'" });
}

export function deviceDonePage(text: string): SimResponse {
  const body = `<p>${escapeHtml(text)}</p>`;
  return page({ status: 200, title: 'Sign-in', body, formAction: "'none'" });
}

/** Hands the answer to the app: `response_mode=form_post`. */
export function autoPost(redirectUri: string, fields: URLSearchParams): SimResponse {
  const inputs = [...fields].map(
    ([name, value]) =>
      `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const body = `<form method="POST" action="${escapeHtml(redirectUri)}">
${inputs.join('\n')}
<noscript><button>Continue</button></noscript>
</form>
<script>${SUBMIT}</script>`;
  const formAction = new URL(redirectUri).origin;
  return page({ status: 200, title: 'Signing in', body, formAction });
}

/** The end of a sign-in that cannot go back to the app. */
export function errorPage(description: string): SimResponse {
  const body = `<p>Sorry, but we are having trouble signing you in.</p>
<p>${escapeHtml(description)}</p>`;
  return page({ status: 400, title: 'Sign-in failed', body, formAction: "'none'" });
}

export function signedOutPage(): SimResponse {
  const body = '<p>You may close this window.</p>';
  return page({ status: 200, title: 'You are signed out', body, formAction: "'none'" });
}
