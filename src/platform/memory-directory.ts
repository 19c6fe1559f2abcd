import type { StateDirectory } from '../domain/ports.ts';
import { untilHeld } from './file-lock.ts';

/** Works like the folder, and leaves nothing on this machine: what is in it ends with the process. */
export function openMemoryDirectory(): StateDirectory {
  const files = new Map<string, Uint8Array>();
  const queues = new Map<string, Promise<unknown>>();
  const seized = new Set<string>();
  return {
    path: 'memory',
    read: async (name) => files.get(name) ?? null,
    write: async (name, bytes) => {
      files.set(name, bytes);
    },
    append: async (name, bytes) => {
      files.set(name, Buffer.concat([files.get(name) ?? new Uint8Array(), bytes]));
    },
    remove: async (name) => {
      files.delete(name);
    },
    locked(name, work) {
      const turn = (queues.get(name) ?? Promise.resolve()).then(work);
      queues.set(
        name,
        turn.catch(() => undefined),
      );
      return turn;
    },
    isHeld: async (name) => seized.has(name),
    untilHeld: (name, signal) => untilHeld(async () => seized.has(name), signal),
    async seize(name) {
      if (seized.has(name)) return null;
      seized.add(name);
      let isOurs = true;
      return {
        release: async () => {
          if (isOurs) seized.delete(name);
          isOurs = false;
        },
      };
    },
  };
}
