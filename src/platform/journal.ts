import type { Journal, StateDirectory } from '../domain/ports.ts';

const FILE = 'activity.jsonl';

/**
 * One JSON line per step of every write, in the private state directory: what was sent, what became
 * of it. No token, no justification text. Failing to write it is said once and stops nothing.
 */
export function openJournal(state: StateDirectory, warn: (message: string) => void): Journal {
  let hasWarned = false;
  return {
    async record(entry) {
      try {
        await state.append(FILE, new TextEncoder().encode(`${JSON.stringify(entry)}\n`));
      } catch {
        if (!hasWarned) warn(`The activity journal in ${state.path} cannot be written.`);
        hasWarned = true;
      }
    },
  };
}
