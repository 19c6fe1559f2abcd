import { PimError } from '../../domain/errors.ts';
import { cleanName, quoted } from '../../domain/text.ts';
import { PLAIN_VARIABLES } from '../plain-variables.ts';

/** What an entry in an AI client's configuration starts. */
export type Kind = 'ours' | 'python' | 'other';

export interface Known {
  readonly name: string;
  readonly kind: Kind;
  /** What follows our package in the arguments: flags that somebody added. */
  readonly extras: readonly string[];
}

const PACKAGE = /^entra-pim-mcp-server(?:@[^/\\]*)?$/u;
const BUILT = /(?:^|[/\\])entra-pim(?:-mcp-server)?\.js$/u;
const PYTHON_PACKAGE = /entra[-_]pim[-_]mcp[-_]server/iu;
const PYTHON_STARTER = /^(?:uvx?|pipx|py|python[\d.]*)$/u;
const OWN_COMMAND = /^entra-pim(?:-mcp-server)?$/u;
const PACKAGE_STARTER = /^(?:npx|npm|pnpm|pnpx|yarn|bunx?)$/u;

/** `C:\x\npx.cmd` is npx. */
function programOf(command: string): string {
  const base = command.split(/[/\\]/u).at(-1) ?? '';
  return base.toLowerCase().replace(/\.(?:exe|cmd|bat)$/u, '');
}

/** Where our part of the arguments ends; `null` when it is not ours. */
function endOfOurs(program: string, args: readonly string[]): number | null {
  if (OWN_COMMAND.test(program)) return 0;
  const mark = PACKAGE_STARTER.test(program) ? PACKAGE : program === 'node' ? BUILT : null;
  const at = mark === null ? -1 : args.findIndex((arg) => mark.test(arg));
  return at === -1 ? null : at + 1;
}

/** `null` for a command that is no text: a server elsewhere. */
export function recognise(name: string, command: unknown, args: unknown): Known {
  const words = Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [];
  if (typeof command !== 'string') return { name, kind: 'other', extras: [] };
  const program = programOf(command);
  const [shellFlag = '', inner = '', ...rest] = words;
  if (program === 'cmd' && shellFlag.toLowerCase() === '/c') return recognise(name, inner, rest);
  const end = endOfOurs(program, words);
  if (end !== null) return { name, kind: 'ours', extras: words.slice(end) };
  const isPython = PYTHON_STARTER.test(program) && words.some((word) => PYTHON_PACKAGE.test(word));
  return { name, kind: isPython ? 'python' : 'other', extras: [] };
}

const OWN_NAME = 'entra-pim';

function taken(name: string): PimError {
  return new PimError(
    'configuration',
    `There is an entry ${quoted(cleanName(name))} already, and it starts something else.`,
    { fix: 'Give ours another name: --name entra-pim-2.' },
  );
}

function severalOf(ours: readonly Known[]): PimError {
  const names = ours.map(({ name }) => quoted(cleanName(name))).join(', ');
  return new PimError('configuration', `Several entries start Entra PIM: ${names}.`, {
    fix: 'Remove all but one, or say which one is meant with --name.',
  });
}

/**
 * The entry to change, or the name of a new one. Never one that starts something else.
 * @throws PimError `configuration`
 */
export function chooseEntry(
  entries: readonly Known[],
  wish: string | null,
): { readonly name: string; readonly known: Known | null } {
  const ours = entries.filter(({ kind }) => kind !== 'other');
  const [only, second] = ours;
  if (wish === null && second !== undefined) throw severalOf(ours);
  if (wish === null && only !== undefined) return { name: only.name, known: only };
  const name = wish ?? OWN_NAME;
  const known = entries.find((entry) => entry.name === name) ?? null;
  if (known?.kind === 'other') throw taken(name);
  return { name, known };
}

const NETWORK_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', 'PATH'];

/** Whether a variable of the Python server's entry means something to this one. */
export function stillApplies(variable: string): boolean {
  const name = variable.toUpperCase();
  return PLAIN_VARIABLES.includes(name) || NETWORK_VARIABLES.includes(name);
}
