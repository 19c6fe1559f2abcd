import { PimError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Patience } from './shared-flight.ts';
import { stillElsewhere } from './turn.ts';

/** Where a person signs in; on another device with a code. */
export interface Invitation {
  readonly url: string;
  readonly code?: string;
}

export interface DoorOptions {
  readonly clock: Clock;
  /** Starts the browser; may reject. */
  readonly openBrowser: (url: string) => Promise<void>;
  readonly notify: (message: string) => void;
  /** Somebody reads what `notify` says, as in a shell. */
  readonly isAttended: boolean;
}

/** How an invitation reaches the person, and what those who wait are told of it. */
export interface Door {
  /** Opens the browser, and says the address. */
  readonly byBrowser: (purpose: string) => (invitation: Invitation) => void;
  /** For a browser on another machine, or another device. */
  readonly elsewhere: (purpose: string) => (invitation: Invitation) => void;
  /** Another sign-in, mostly that of another process, invited the person before us. */
  readonly afterAnother: () => void;
  /** The sign-in is over: what it invited to leads nowhere any more. */
  readonly shut: () => void;
  /** Whoever waits next is told of the invitation that stands, if there is one. */
  readonly tellAgain: () => void;
  /** Waits that long; less where the person cannot know of the invitation but through us. */
  readonly patience: (milliseconds: () => number) => Patience;
}

function pending(byHand: Invitation | null): PimError {
  if (byHand === null) {
    return new PimError('sign-in-pending', 'Finish signing in in the browser, then call again.');
  }
  const { url: signInUrl, code: userCode } = byHand;
  if (userCode === undefined)
    return new PimError(
      'sign-in-pending',
      'No browser could be opened. Sign in at the address given, then call again.',
      { signInUrl },
    );
  return new PimError(
    'sign-in-pending',
    'No browser can be opened here. Sign in on any device with the code given, then call again.',
    { signInUrl, userCode },
  );
}

/** Each telling is told once: who calls again while the person signs in had better wait. */
function createTelling() {
  let listeners: (() => void)[] = [];
  let isNews = false;
  return {
    announce() {
      isNews = listeners.length === 0;
      for (const listener of listeners) listener();
      listeners = [];
    },
    heard(): Promise<void> {
      if (isNews) {
        isNews = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        listeners.push(resolve);
      });
    },
    again() {
      isNews = true;
    },
    forget() {
      isNews = false;
    },
  };
}

export function createDoor({ clock, openBrowser, notify, isAttended }: DoorOptions): Door {
  let byHand: Invitation | null = null;
  let isAfterAnother = false;
  const telling = createTelling();

  function tell(invitation: Invitation): void {
    byHand = invitation;
    if (!isAttended) telling.announce();
  }

  function forget(): void {
    byHand = null;
    isAfterAnother = false;
    telling.forget();
  }

  return {
    byBrowser(purpose) {
      forget();
      return (invitation) => {
        const { url } = invitation;
        notify(`${purpose} in the browser. If none opens, open this address: ${url}`);
        openBrowser(url).catch(() => {
          notify(
            'No browser could be opened. Use the address above on this machine, or choose another way with ENTRA_PIM_AUTH (device-code, paste).',
          );
          tell(invitation);
        });
      };
    },
    elsewhere(purpose) {
      forget();
      return (invitation) => {
        const { url, code } = invitation;
        notify(
          code === undefined
            ? `${purpose}: open this address in a browser on any machine: ${url}`
            : `${purpose}: open ${url} on any device and enter the code ${code}. Only if you started this.`,
        );
        tell(invitation);
      };
    },
    afterAnother() {
      forget();
      isAfterAnother = true;
      notify(`${stillElsewhere().message} Finish it where it was begun; this goes on by itself.`);
    },
    shut: forget,
    tellAgain() {
      if (byHand !== null && !isAttended) telling.again();
    },
    patience: (milliseconds) => ({
      over: (signal) => Promise.race([clock.sleep(milliseconds(), signal), telling.heard()]),
      error: () => (isAfterAnother ? stillElsewhere() : pending(byHand)),
    }),
  };
}
