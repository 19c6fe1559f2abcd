import type { ErrorCode, NextStep } from '../domain/explanation.ts';
import type { Refusal } from '../domain/refusal.ts';
import { quoted } from '../domain/text.ts';
import type { Fault } from '../operations/fault.ts';
import { requirementText } from '../operations/activation-view.ts';
import { describeCandidates } from '../operations/present.ts';
import { nextAfter } from '../operations/refusal-next.ts';
import type { View } from '../operations/view.ts';

/** What a model can do next, in its own terms. */
const NEXT = {
  list: 'Next: call list_eligible.',
  'list-active': 'Next: call list_active.',
  requests: 'Next: list_requests shows it and what became of it. Do not poll at once.',
  deactivate: 'Next: call deactivate once the work is done.',
  activate: 'Next: ask the user for what is missing, then call activate.',
  'sign-in':
    'Next: tell the user, then call again; where a browser can open, it does so by itself.',
  whoami: 'Next: call whoami to see account, tenant and consent.',
  wait: 'Next: wait a little, then call again; do not retry at once.',
  retry: 'Next: tell the user what to correct. The server reads its settings when it starts.',
  portal: 'Next: tell the user to use the Entra portal for this one.',
  'ask-administrator': 'Next: tell the user what an administrator has to do. Do not retry.',
  report: 'Next: tell the user; do not retry.',
} as const satisfies Record<NextStep, string>;

/** Codes whose step differs from what the reason says, because a model cannot do it. */
const NEXT_BY_CODE: Partial<Record<ErrorCode | 'internal', string>> = {
  'sign-in-pending': 'Next: let the user finish signing in, then call again.',
  'outcome-unknown':
    'Next: call list_active and list_requests before anything else; never send it again blindly.',
  'step-up-required':
    'Next: tell the user. To sign in anew they run `entra-pim login`, then call again after a minute.',
};

function nextOf({ code, next }: Fault): string {
  // Whatever it is, signing in will not do.
  if (next === 'portal') return NEXT.portal;
  return NEXT_BY_CODE[code] ?? NEXT[next];
}

const DEMO_MARK = 'DEMO (made-up tenant, nothing real): ';

export interface TextOptions {
  readonly isDemo: boolean;
}

function mark({ isDemo }: TextOptions): string {
  return isDemo ? DEMO_MARK : '';
}

function tableLines(view: View): string[] {
  if (!view.table) return [];
  return [view.table.columns, ...view.table.rows].map((cells) => cells.join('\t'));
}

/** Compact: a headline, facts on one line, a tab-separated table, notes. */
export function viewText(view: View, options: TextOptions): string {
  const facts = (view.facts ?? []).map(([label, value]) => `${label}: ${value}`);
  return [
    `${mark(options)}${view.headline}`,
    ...(facts.length > 0 ? [facts.join('; ')] : []),
    ...tableLines(view),
    ...(view.notes ?? []).map((note) => `Note: ${note}`),
    ...(view.next ? [NEXT[view.next]] : []),
  ].join('\n');
}

/** What is missing is the user's to give; which one is meant is theirs to say. */
function nextLine(refusal: Refusal): string {
  const next = nextAfter(refusal);
  if (next === 'choose') return 'Next: ask the user which one, then call again with its handle.';
  return next === null ? 'Next: ask the user for what is missing, then call again.' : NEXT[next];
}

export function refusalText(refusal: Refusal, options: TextOptions): string {
  const problems = refusal.problems.map(
    ({ subject, message, fix }) =>
      `- ${subject === undefined ? '' : `${quoted(subject)}: `}${message} ${fix}`,
  );
  const candidates = describeCandidates(refusal.candidates).map(
    ({ handle, text }) => `${handle}\t${text}`,
  );
  return [
    `${mark(options)}Refused, nothing was sent:`,
    ...problems,
    ...refusal.requirements.map(requirementText),
    ...candidates,
    nextLine(refusal),
  ].join('\n');
}

/** The code is of use to whoever gets it typed in: only the person who asked may do that. */
function signInLines({ signInUrl, userCode }: Fault): string[] {
  if (signInUrl === null) return [];
  if (userCode === null) return [`The user signs in at: ${signInUrl}`];
  return [
    `The user signs in at: ${signInUrl}`,
    `with the code: ${userCode} (only if they asked for this themselves).`,
  ];
}

export function faultText(fault: Fault, options: TextOptions): string {
  const id = fault.requestId === null ? '' : ` (request id ${fault.requestId})`;
  return [
    `${mark(options)}${fault.message}`,
    ...fault.fixes,
    ...(fault.upstream === null ? [] : [`Microsoft said: ${fault.upstream}${id}`]),
    ...signInLines(fault),
    nextOf(fault),
  ].join('\n');
}
