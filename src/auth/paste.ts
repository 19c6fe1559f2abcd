import { PimError } from '../domain/errors.ts';
import type { Page } from './pages.ts';
import type { Listener } from './loopback.ts';

/** A person at a terminal, with a browser on another machine. */
export interface Terminal {
  /** One line; rejects when the signal aborts. */
  readonly readLine: (prompt: string, signal: AbortSignal) => Promise<string>;
  readonly notify: (message: string) => void;
}

const ATTEMPTS = 3;

const PROMPT =
  'Sign in there. The browser then goes to an address that begins with http://localhost and says that it cannot be reached. Paste that address here: ';

const NO_ANSWER =
  'That is not the address of a finished sign-in. It begins with http://localhost and holds "state=".';
const FOREIGN =
  'That belongs to another sign-in. Open the address shown last, and paste where the browser ends.';

/** What came back, if that text is the address that a sign-in ends at. */
export function answerIn(text: string): URLSearchParams | null {
  const trimmed = text.trim().replaceAll(/^["'<]+|["'>]+$/gu, '');
  if (!URL.canParse(trimmed)) return null;
  const { protocol, hostname, searchParams } = new URL(trimmed);
  const isOurs = protocol === 'http:' && hostname === 'localhost';
  return isOurs && searchParams.has('state') ? searchParams : null;
}

/** The tab's text, for a terminal; where it leads on, the address. */
function say({ title, lines, next }: Page, notify: Terminal['notify']): void {
  notify([title, ...lines].join('\n'));
  if (next !== undefined) notify(`Open this address as well: ${next}`);
}

/**
 * Takes answers that a person pastes, until one belongs to the sign-in. The browser's own answer, where
 * the port is forwarded, ends the waiting through the signal.
 * @throws PimError `sign-in-failed` after three that do not
 */
export async function takePasted(
  { readLine, notify }: Terminal,
  listener: Pick<Listener, 'take'>,
  signal: AbortSignal,
): Promise<void> {
  for (let left = ATTEMPTS; left > 0;) {
    const text = await readLine(PROMPT, signal).catch(() => null);
    if (signal.aborted) return;
    if (text === null) throw new PimError('cancelled', 'Nothing was pasted. Nobody is signed in.');
    const answer = answerIn(text);
    const page = answer && (await listener.take(answer));
    if (page === null) {
      left -= 1;
      notify(answer === null ? NO_ANSWER : FOREIGN);
    } else {
      say(page, notify);
      if (page.next === undefined) return;
    }
  }
  throw new PimError('sign-in-failed', 'None of what was pasted belongs to this sign-in.', {
    fix: 'Run `entra-pim login` again, and paste the address that the browser ends at.',
  });
}
