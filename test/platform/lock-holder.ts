/**
 * A process of its own for the lock tests. Arguments: folder, then `count <times>` (adds to a counter
 * file under the lock) or `hold` (takes the lock, says so, and never lets go).
 */
import { openStateDirectory } from '../../src/platform/state-directory.ts';

const [folder = '', task, times] = process.argv.slice(2);
const state = openStateDirectory(folder);

async function addOne(): Promise<void> {
  await state.locked('counter', async () => {
    const bytes = await state.read('counter');
    const count = bytes === null ? 0 : Number(new TextDecoder().decode(bytes));
    await state.write('counter', new TextEncoder().encode(String(count + 1)));
  });
}

if (task === 'hold') {
  await state.locked('counter', () => {
    process.stdout.write('holding\n');
    return new Promise(() => setInterval(() => undefined, 60_000));
  });
}
for (let done = 0; done < Number(times ?? 0); done += 1) await addOne();
