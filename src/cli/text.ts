import type { NextStep } from '../domain/explanation.ts';
import type { Refusal } from '../domain/refusal.ts';
import { quoted } from '../domain/text.ts';
import type { Fault } from '../operations/fault.ts';
import { requirementText } from '../operations/activation-view.ts';
import { describeCandidates } from '../operations/present.ts';
import { nextAfter } from '../operations/refusal-next.ts';
import type { View } from '../operations/view.ts';
import { withLocalTimes } from './local-time.ts';
import { drawTable, tabbed } from './table.ts';

/** What a person can do next; `{}` stands for the program as it was started. */
const NEXT = {
  list: 'Next: {} list',
  'list-active': 'Next: {} active',
  requests: 'Next: {} requests',
  deactivate: 'Next: {} deactivate NAME, once the work is done',
  activate: 'Next: {} activate NAME --justification "…" --duration 1h',
  'sign-in': 'Next: {} login',
  whoami: 'Next: {} whoami',
  wait: 'Next: wait a little, then run the same command again',
  retry: 'Next: correct it, then run the same command again',
  portal:
    'Next: https://entra.microsoft.com (Identity Governance > Privileged Identity Management)',
  'ask-administrator': 'Next: show this to an administrator of the tenant',
  report: 'Next: report it with what you see above',
} as const satisfies Record<NextStep, string>;

function nextText(step: NextStep, command: string): string {
  return NEXT[step].replace('{}', command);
}

/** The same view with times as the reader's clock shows them. */
export function localView(view: View, now: Date): View {
  const local = (text: string): string => withLocalTimes(text, now);
  const { headline, facts = [], table } = view;
  return {
    ...view,
    headline: local(headline),
    facts: facts.map(([label, value]) => [label, local(value)] as const),
    ...(table && { table: { ...table, rows: table.rows.map((cells) => cells.map(local)) } }),
  };
}

/** Results, for stdout. */
export function resultText(view: View, columns: number | null): string {
  const facts = view.facts ?? [];
  const label = Math.max(0, ...facts.map(([name]) => name.length));
  const table =
    view.table && (columns === null ? tabbed(view.table) : drawTable(view.table, columns));
  return [
    view.headline,
    ...facts.map(([name, value]) => `  ${name.padEnd(label)}  ${value}`),
    ...(table === undefined ? [] : ['', table]),
  ].join('\n');
}

/** What goes with a result but is none, for stderr. */
export function asideText(view: View, command: string): string[] {
  return [
    ...(view.notes ?? []).map((note) => `Note: ${note}`),
    ...(view.next ? [nextText(view.next, command)] : []),
  ];
}

function nextLine(refusal: Refusal, command: string): string {
  const next = nextAfter(refusal);
  if (next === 'choose') return 'Next: the same command with a handle in place of the name';
  return next === null ? 'Next: the same command with what is missing' : nextText(next, command);
}

export function refusalText(refusal: Refusal, command: string): string[] {
  return [
    'Refused, nothing was sent:',
    ...refusal.problems.map(
      ({ subject, message, fix }) =>
        `  ${subject === undefined ? '' : `${quoted(subject)}: `}${message} ${fix}`,
    ),
    ...refusal.requirements.map((requirement) => `  ${requirementText(requirement)}`),
    ...describeCandidates(refusal.candidates).map(({ handle, text }) => `  ${handle}  ${text}`),
    nextLine(refusal, command),
  ];
}

export function faultText(fault: Fault, command: string): string[] {
  const id = fault.requestId === null ? '' : ` (request id ${fault.requestId})`;
  return [
    `Error: ${fault.message}`,
    ...fault.fixes.map((fix) => `  ${fix}`),
    ...(fault.upstream === null ? [] : [`  Microsoft said: ${fault.upstream}${id}`]),
    nextText(fault.next, command),
  ];
}
