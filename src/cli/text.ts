import type { NextStep } from '../domain/explanation.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Fault } from '../operations/fault.ts';
import { requirementText } from '../operations/activation-view.ts';
import { describeRow } from '../operations/present.ts';
import type { View } from '../operations/view.ts';
import { drawTable, tabbed } from './table.ts';

/** What a person can do next, as commands. */
const NEXT = {
  list: 'Next: entra-pim list',
  activate: 'Next: entra-pim activate NAME --justification "…" --duration 1h',
  'sign-in': 'Next: entra-pim login',
  whoami: 'Next: entra-pim whoami',
  wait: 'Next: wait, then entra-pim list',
  portal:
    'Next: https://entra.microsoft.com (Identity Governance > Privileged Identity Management)',
  'ask-administrator': 'Next: show this to an administrator of the tenant',
  report: 'Next: report it with what you see above',
} as const satisfies Record<NextStep, string>;

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
export function asideText(view: View): string[] {
  return [
    ...(view.notes ?? []).map((note) => `Note: ${note}`),
    ...(view.next ? [NEXT[view.next]] : []),
  ];
}

function nextAfter({ candidates, row }: Refusal): string {
  if (candidates.length > 0) return 'Next: entra-pim activate HANDLE';
  return row ? NEXT.activate : NEXT.list;
}

export function refusalText(refusal: Refusal): string[] {
  return [
    'Refused, nothing was sent:',
    ...refusal.problems.map(({ message, fix }) => `  ${message} ${fix}`),
    ...refusal.requirements.map((requirement) => `  ${requirementText(requirement)}`),
    ...refusal.candidates.map((row) => `  ${row.handle}  ${describeRow(row)}`),
    nextAfter(refusal),
  ];
}

export function faultText(fault: Fault): string[] {
  const id = fault.requestId === null ? '' : ` (request id ${fault.requestId})`;
  return [
    `Error: ${fault.message}`,
    ...fault.fixes.map((fix) => `  ${fix}`),
    ...(fault.upstream === null ? [] : [`  Microsoft said: ${fault.upstream}${id}`]),
    NEXT[fault.next],
  ];
}
