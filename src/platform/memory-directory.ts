import type { StateDirectory } from '../domain/ports.ts';

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
    /** No other process has it. */
    changed: (_name, signal) =>
      new Promise((_resolve, reject) => {
        const end = (): void => reject(new Error('no longer waited for'));
        if (signal.aborted) end();
        else signal.addEventListener('abort', end, { once: true });
      }),
    locked(name, work) {
      const turn = (queues.get(name) ?? Promise.resolve()).then(work);
      queues.set(
        name,
        turn.catch(() => undefined),
      );
      return turn;
    },
    async seize(name) {
      if (seized.has(name)) return null;
      seized.add(name);
      return {
        release: async () => {
          seized.delete(name);
        },
      };
    },
  };
}
