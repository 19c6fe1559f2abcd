/**
 * A process of its own for the tests of what a process does. Reads tasks from standard input, one a
 * line: `out`, `err` (write there), `end <code>` (exit). Answers `interrupted` on standard output.
 */
import { createInterface } from 'node:readline';
import { exit, guardStreams, onInterrupt, terminal } from '../../src/platform/process.ts';

guardStreams();
onInterrupt(() => terminal.out('interrupted\n'));
createInterface({ input: process.stdin }).on('line', (line) => {
  const [task, argument = ''] = line.split(' ');
  if (task === 'out') terminal.out(`${argument}\n`);
  if (task === 'err') terminal.err(`${argument}\n`);
  if (task === 'end') exit(Number(argument));
});
terminal.out('ready\n');
