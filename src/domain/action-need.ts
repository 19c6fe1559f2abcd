import type { Problem } from './refusal.ts';

/** What somebody could not do: one action, and where, if that is known. */
export interface ActionNeed {
  /** `Microsoft.Compute/virtualMachines/start/action`, as it was written; letters, digits, `.-_/`. */
  readonly action: string;
  /** Actions on data are listed apart from the others in a role. `null` = not known which it is. */
  readonly isDataAction: boolean | null;
  /** The Azure place it was refused at, as it was written; `null` = not named. */
  readonly scope: string | null;
  /** How many other refusals the same message names. */
  readonly others: number;
}

export type ReadNeed = { readonly kind: 'need'; readonly need: ActionNeed } | ReadNeedProblem;

interface ReadNeedProblem {
  readonly kind: 'problem';
  readonly problem: Problem;
}

const QUOTE = "'";

/**
 * A message as people paste it: out of JSON, a terminal with colours, a frame of Terraform's, a
 * document with curly quotes. Each step is linear. Runs of backslashes come first: JSON in JSON has
 * several.
 */
const UNWRAPPING: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}\[[\d;]{0,20}m/gu, ''],
  [/\\+/gu, '\\'],
  [/\\u002[27]|&(?:#39|apos|quot|#34);/giu, QUOTE],
  [/\\["']/gu, QUOTE],
  [/["`‘’“”]/gu, QUOTE],
  [/\\[rnt]/gu, ' '],
  [/\\\//gu, '/'],
  [/\p{Cf}/gu, ''],
  [/[│┃║╷╵]/gu, ' '],
];

/** What separates words in a message; never a part of an action or a path. */
const SEPARATOR = /[\s',;{}[\]<>=|]+/u;

function unwrap(text: string): string {
  return UNWRAPPING.reduce((left, [pattern, by]) => left.replace(pattern, by), text);
}

/** Parentheses may be part of a resource group's name; those around a word are not. */
function bare(word: string): string {
  const opened = word.startsWith('(') ? word.slice(1) : word;
  const closed = opened.replace(/[.:!?]$/u, '');
  return closed.endsWith(')') && !closed.includes('(') ? closed.slice(0, -1) : closed;
}

const ACTION = /^[a-z\d][\w-]*(?:\.[\w-]+)+(?:\/[\w.-]+)+$/iu;
const HOST = /^(?:[^/]*\.)?(?:com|net|org|io|cn|us)\//iu;
const LONGEST_ACTION = 300;

function isAction(word: string): boolean {
  return word.length <= LONGEST_ACTION && ACTION.test(word) && !HOST.test(word);
}

const SCOPE = /^\/(?:subscriptions|providers\/microsoft\.management\/managementgroups)\//iu;
const PATH = /^[\p{L}\p{N}_.()~$@:+/-]{1,1000}$/u;

/** Empty parts, and steps upwards. */
const NO_PLACE = /\/(?:\.{0,2}\/|\.{1,2}$)/u;

function isScope(word: string): boolean {
  return SCOPE.test(word) && PATH.test(word) && !NO_PLACE.test(word);
}

/** An action in a message, with the words around it that say what was the matter with it. */
interface Mention {
  readonly action: string;
  readonly before: string;
  readonly scope: string | null;
}

const WORDS_BEFORE = 12;

function mentionsIn(words: readonly string[]): Mention[] {
  const places = words.flatMap((word, index) => (isAction(word) ? [index] : []));
  return places.map((place, nth) => ({
    action: words[place] ?? '',
    before: words
      .slice(Math.max(0, place - WORDS_BEFORE), place)
      .join(' ')
      .toLowerCase(),
    scope:
      words
        .slice(place, places[nth + 1])
        .find(isScope)
        ?.replace(/\/$/u, '') ?? null,
  }));
}

/** "has permission to perform action X …; however, it does not have permission … action Y". */
function isGranted({ before }: Mention): boolean {
  return /\bhas permission to perform action(?:\(s\))?$/u.test(before);
}

/** Said to be an action by the message itself, or by its name. */
function isLikely({ action, before }: Mention): boolean {
  return /\baction(?:\(s\))?$/u.test(before) || /^microsoft\./iu.test(action);
}

/** Words that tell whose check refused: the data plane's, or Azure Resource Manager's. */
const DATA_WORDS = /\bdata action$/u;
const DATA_MESSAGE = /not authorized to perform action on resource|forbiddenbyrbac/u;
const CONTROL_WORDS = /(?:authorization|permission) (?:\S+ ){0,8}?to perform action(?:\(s\))?$/u;

function isDataAction({ before }: Mention, message: string): boolean | null {
  if (DATA_WORDS.test(before) || DATA_MESSAGE.test(message)) return true;
  return CONTROL_WORDS.test(before) ? false : null;
}

const HOW =
  'Give the action itself, such as Microsoft.Compute/virtualMachines/start/action or microsoft.directory/users/password/update, or an error message that names one.';

function problem(message: string, fix = HOW): ReadNeedProblem {
  return { kind: 'problem', problem: { code: 'no-action-named', message, fix } };
}

/** Refusals that never name an action, and what is known of them. */
const NAMELESS: readonly (readonly [RegExp, string])[] = [
  [
    /authorization_requestdenied|insufficient privileges to complete/u,
    'Microsoft Graph does not say which action it refused.',
  ],
  [
    /authorizationpermissionmismatch|not authorized to perform this operation using this permission/u,
    'Azure Storage does not say which action it refused.',
  ],
];

function nameless(message: string): ReadNeedProblem {
  const known = NAMELESS.find(([pattern]) => pattern.test(message));
  return problem(known?.[1] ?? 'This names no action.');
}

function refusedIn(mentions: readonly Mention[]): Mention[] {
  const seen = new Map<string, Mention>();
  for (const mention of mentions.filter((one) => isLikely(one) && !isGranted(one))) {
    const key = `${mention.action} ${mention.scope ?? ''}`.toLowerCase();
    if (!seen.has(key)) seen.set(key, mention);
  }
  return [...seen.values()];
}

function readMessage(words: readonly string[]): ReadNeed {
  const message = words.join(' ').toLowerCase();
  if (message.includes('because of the deny assignment'))
    return problem(
      'A deny assignment refused this. No role lifts one.',
      'Ask the owner of the deny assignment.',
    );
  const [first, ...others] = refusedIn(mentionsIn(words));
  if (first === undefined) return nameless(message);
  const { action, scope } = first;
  const need = { action, isDataAction: isDataAction(first, message), scope, others: others.length };
  return { kind: 'need', need };
}

/**
 * Reads an action, or a refusal of Azure's or Microsoft's that names one. Nothing else of the text is
 * kept. In a message about several refusals the first counts, and the others are counted.
 */
export function readNeed(text: string): ReadNeed {
  const words = unwrap(text).split(SEPARATOR).map(bare).filter(Boolean);
  const [only, ...rest] = words;
  if (only === undefined || rest.length > 0) return readMessage(words);
  if (only.includes('*')) return problem('A wildcard is not one action.');
  if (!isAction(only)) return nameless(only.toLowerCase());
  return { kind: 'need', need: { action: only, isDataAction: null, scope: null, others: 0 } };
}
