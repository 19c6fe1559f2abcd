import { submit, testBrowser, type TestBrowser } from '../support/browser.ts';
import { deferred } from '../support/deferred.ts';

interface SlowPerson {
  readonly browser: TestBrowser;
  /** Resolves when the browser was opened. */
  readonly opened: Promise<string>;
  /** The person presses that button now. */
  readonly press: (fields: Readonly<Record<string, string>>) => void;
}

/** A person who signs in when the test says so. */
export function slowPerson(): SlowPerson {
  const opened = deferred<string>();
  const pressed = deferred<Readonly<Record<string, string>>>();
  const browser = testBrowser(async (url) => {
    opened.resolve(url);
    return submit(url, await pressed.promise);
  });
  return { browser, opened: opened.promise, press: pressed.resolve };
}
