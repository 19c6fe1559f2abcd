import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal, on stderr. `null` where nobody can answer. */
export async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal });
  } finally {
    lines.close();
  }
}
