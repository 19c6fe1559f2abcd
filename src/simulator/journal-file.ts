import { PimError } from '../domain/errors.ts';
import type { StateDirectory } from '../domain/ports.ts';
import { type Journal, type JournalEntry, journalEntrySchema, memoryJournal } from './journal.ts';

const NEWLINE = 0x0a;

/** A journal that several requests, or several processes, work on. */
export interface SharedJournal extends Journal {
  /** Takes over what others appended. */
  refresh(): Promise<void>;
  /**
   * Runs `work` on the newest entries while nobody else appends, so that what it decides still holds
   * when it is written down. Appending is only allowed inside.
   */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

/** Alone in its process, where the tenant itself does one write at a time. */
function inMemory(): SharedJournal {
  return { ...memoryJournal(), refresh: () => Promise.resolve(), exclusive: (work) => work() };
}

/** A line cut short by a killed process is no entry: nobody was ever told that it happened. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function parseEntries(text: string, file: string): JournalEntry[] {
  const values = text.split('\n').map(parseLine);
  return values.filter((value) => value !== undefined).map((value) => toEntry(value, file));
}

function toEntry(value: unknown, file: string): JournalEntry {
  const parsed = journalEntrySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PimError('configuration', `The simulator's ${file} was written by another version.`, {
    fix: 'Remove the file; the made-up tenant then starts anew.',
    cause: parsed.error,
  });
}

function inDirectory(state: StateDirectory, file: string): SharedJournal {
  let entries: readonly JournalEntry[] = [];
  let size = 0;
  let isWhole = true;

  const refresh = async (): Promise<void> => {
    const bytes = (await state.read(file)) ?? new Uint8Array();
    if (bytes.length === size) return;
    entries = parseEntries(Buffer.from(bytes).toString(), file);
    size = bytes.length;
    isWhole = bytes.at(-1) === NEWLINE;
  };

  return {
    entries: () => entries,
    refresh,
    exclusive: (work) =>
      state.locked(file, async () => {
        await refresh();
        return work();
      }),
    append: async (entry) => {
      const start = isWhole ? '' : '\n';
      await state.append(file, Buffer.from(`${start}${JSON.stringify(entry)}\n`));
      await refresh();
    },
  };
}

/** Kept in that file of the directory, one JSON entry per line; in memory without a directory. */
export function openSharedJournal(state: StateDirectory | undefined, file: string): SharedJournal {
  return state === undefined ? inMemory() : inDirectory(state, file);
}
