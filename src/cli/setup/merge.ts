import { PimError } from '../../domain/errors.ts';
import type { Entry } from './entry.ts';
import type { Kind } from './recognise.ts';

/** What is wanted of a configuration file. */
export interface MergeWish {
  readonly entry: Entry;
  /** The entry's name where somebody said one. */
  readonly name: string | null;
}

export interface Merged {
  /** The whole file; the same as before where nothing had to change. */
  readonly text: string;
  readonly name: string;
  readonly was: Kind | 'absent';
  /** Settings of the Python server that mean nothing here, by name. */
  readonly dropped: readonly string[];
  /** Our entry alone, before and after, without what may be secret. */
  readonly shown: { readonly before: string; readonly after: string };
}

export function broken(what: string, where: string): PimError {
  return new PimError('configuration', `The file is not valid ${what}: ${where}.`, {
    fix: 'Mend it first. Nothing was changed.',
  });
}

/** What cannot be changed without touching more than our entry is left to the person. */
export function byHand(): PimError {
  return new PimError(
    'configuration',
    'The servers are written in a way that cannot be changed here without touching the rest.',
    { fix: 'Add the entry by hand; the command "config" prints it. Nothing was changed.' },
  );
}
