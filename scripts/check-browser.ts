/**
 * Drives the page that a sign-in ends at with a real browser: Chromium goes through the made-up
 * tenant's sign-in, well and badly, in light and dark, wide and narrow. Screenshots to look at.
 * Usage: npm run check:browser [-- folder]
 */
import { access, mkdtemp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { createSignIn } from '../src/auth/sign-in.ts';
import type { SignIn } from '../src/domain/ports.ts';
import { systemClock } from '../src/platform/clock.ts';
import { readSettings } from '../src/platform/environment.ts';
import { createHttp } from '../src/platform/http.ts';
import { openMemoryDirectory } from '../src/platform/memory-directory.ts';
import { startSimulator, type RunningSimulator } from '../src/simulator/index.ts';

const PROGRAMS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];
const PLACES = ['/usr/bin', '/usr/lib/chromium', '/opt/google/chrome', '/snap/bin'];
const HERE = ['localhost', '127.0.0.1', '[::1]'];
const ADA = /ada\.lindgren/u;

interface Look {
  readonly name: string;
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
}

const LOOKS: readonly Look[] = [
  { name: 'light', colorScheme: 'light', width: 1000 },
  { name: 'dark', colorScheme: 'dark', width: 1000 },
  { name: 'narrow', colorScheme: 'light', width: 360 },
];

interface Story {
  readonly name: string;
  readonly refusal?: 53003;
  readonly act: (page: Page) => Promise<void>;
  readonly title: string;
  readonly says: RegExp;
}

const STORIES: readonly Story[] = [
  {
    name: 'success',
    act: (page) => page.getByRole('button', { name: ADA }).click(),
    title: 'Authentication complete',
    says: /You are signed in as "ada\.lindgren@contoso\.example"/u,
  },
  {
    name: 'failure',
    refusal: 53003,
    act: (page) => page.getByRole('button', { name: ADA }).click(),
    title: 'Sign-in failed',
    says: /Conditional Access blocked the sign-in/u,
  },
  {
    name: 'cancel',
    act: (page) => page.getByRole('button', { name: 'Cancel' }).click(),
    title: 'Sign-in failed',
    says: /declined/u,
  },
];

let failed = 0;

function check(what: string, isRight: boolean): void {
  if (!isRight) failed += 1;
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'} ${what}\n`);
}

async function findProgram(): Promise<string | null> {
  for (const file of PLACES.flatMap((place) => PROGRAMS.map((name) => path.join(place, name)))) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return null;
}

function signInWith(simulator: RunningSimulator, page: Page): SignIn {
  return createSignIn({
    settings: readSettings({ ...simulator.environment, ENTRA_PIM_TOKEN_STORE: 'memory' }),
    http: createHttp({ env: {} }),
    clock: systemClock,
    state: openMemoryDirectory(),
    openBrowser: async (url) => {
      await page.goto(url);
    },
    notify: () => undefined,
  });
}

async function tell(browser: Browser, folder: string, story: Story, look: Look): Promise<void> {
  const { name, refusal, act, title, says } = story;
  const simulator = await startSimulator({
    clock: systemClock,
    signIn: 'interactive',
    identity: {
      signIn: 'interactive',
      refusals: refusal === undefined ? [] : [{ code: refusal, appliesTo: '*', at: 'redirect' }],
    },
  });
  const { colorScheme, width } = look;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 640 } });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    const { hostname } = new URL(request.url());
    if (!HERE.includes(hostname)) troubles.push(`request to ${hostname}`);
  });
  const outcome = signInWith(simulator, page)
    .token()
    .then(
      () => 'signed in',
      () => 'refused',
    );
  await page.getByRole('button', { name: ADA }).waitFor();
  const answered = page.waitForResponse((response) =>
    response.url().startsWith('http://localhost:'),
  );
  await act(page);
  const response = await answered;
  await page.getByRole('heading', { name: title }).waitFor();
  const text = await page.locator('main').innerText();
  const label = `${name}, ${look.name}`;
  check(`${label}: says what happened`, says.test(text));
  check(
    `${label}: ${await outcome}`,
    (await outcome) === (name === 'success' ? 'signed in' : 'refused'),
  );
  check(`${label}: no trouble ${troubles.join('; ')}`, troubles.length === 0);
  const headers = await response.allHeaders();
  check(
    `${label}: content policy`,
    (headers['content-security-policy'] ?? '').includes("default-src 'none'"),
  );
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  check(`${label}: fits`, Number(overflow) <= 0);
  check(`${label}: nothing in the address`, !/code=|state=/u.test(page.url()));
  await page.screenshot({ path: path.join(folder, `${name}-${look.name}.png`) });
  await context.close();
  await simulator.stop();
}

const [wanted] = process.argv.slice(2);
const program = await findProgram();
if (program === null) {
  process.stdout.write(
    'skipped: no Chromium found (Debian: apt-get install chromium-headless-shell)\n',
  );
} else {
  const folder = wanted ?? (await mkdtemp(path.join(tmpdir(), 'entra-pim-pages-')));
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  for (const story of STORIES) for (const look of LOOKS) await tell(browser, folder, story, look);
  await browser.close();
  process.stdout.write(`skipped: Firefox, Safari, Edge\nscreenshots: ${folder}\n`);
}
process.exit(failed === 0 ? 0 : 1);
