import { browse, testBrowser, type TestBrowser } from './browser.ts';
import { deferred } from './deferred.ts';

interface HeldBrowser {
  readonly browser: TestBrowser;
  /** Resolves when the second window was opened. */
  readonly opened: Promise<string>;
  readonly goOn: () => void;
}

/** The browser of somebody who signs in at once, and lets every window after that wait until `goOn`. */
export function heldBrowser(): HeldBrowser {
  const opened = deferred<string>();
  const goOn = deferred<undefined>();
  let visits = 0;
  const browser = testBrowser(async (url) => {
    visits += 1;
    if (visits > 1) {
      opened.resolve(url);
      await goOn.promise;
    }
    return browse(url);
  });
  return { browser, opened: opened.promise, goOn: () => goOn.resolve(undefined) };
}
