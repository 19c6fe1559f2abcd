import * as z from 'zod';
import { describeDuration, formatIsoDuration } from '../domain/duration.ts';
import { requestHandleOf, type PimRequest } from '../domain/request.ts';
import {
  endOfRequest,
  REQUEST_STATES,
  requestStateOf,
  type RequestState,
} from '../domain/status.ts';
import { idOf } from '../domain/target.ts';
import { cleanMessage, cleanName, quoted } from '../domain/text.ts';
import {
  describeRow,
  isoOrNull,
  minuteText,
  roleOf,
  scopeShape,
  TYPE_NAMES,
  typeOf,
} from './present.ts';

export const requestShape = z.object({
  id: z.string(),
  handle: z.string(),
  type: z.enum(TYPE_NAMES),
  name: z.string(),
  targetId: z.string(),
  role: z.string(),
  scope: scopeShape,
  /** Microsoft's word: `selfActivate`, `selfDeactivate` ... */
  action: z.string(),
  state: z.enum(REQUEST_STATES),
  /** Microsoft's own word for the state. */
  status: z.string(),
  requester: z.string().nullable(),
  justification: z.string().nullable(),
  ticket: z.string().nullable(),
  duration: z.string().nullable(),
  startTime: z.string().nullable(),
  endTime: z.string().nullable(),
  createdTime: z.string().nullable(),
});

export type RequestRow = z.output<typeof requestShape>;

function ticketText({ ticket }: PimRequest): string | null {
  const parts = [ticket?.system ?? '', ticket?.number ?? ''].map(cleanName);
  const text = parts.filter((part) => part !== '').join(' ');
  return text === '' ? null : text;
}

export function toRequestRow(request: PimRequest, now: Date): RequestRow {
  const { target, name, principal, justification, duration } = request;
  return {
    id: request.id,
    handle: requestHandleOf(request),
    type: typeOf(target.kind),
    name,
    targetId: idOf(target),
    role: roleOf(target, name),
    scope: request.scope,
    action: cleanName(request.action),
    state: requestStateOf(request, now),
    status: request.status,
    requester: principal && (principal.name ?? principal.id),
    justification: justification === null ? null : cleanMessage(justification),
    ticket: ticketText(request),
    duration: duration && formatIsoDuration(duration),
    startTime: isoOrNull(request.startTime),
    endTime: isoOrNull(endOfRequest(request)),
    createdTime: isoOrNull(request.createdTime),
  };
}

const ACTIONS: Readonly<Record<string, string>> = {
  selfactivate: 'activation',
  selfdeactivate: 'deactivation',
  selfextend: 'extension',
  selfrenew: 'renewal',
  adminassign: 'assignment by an administrator',
  adminupdate: 'change by an administrator',
  adminremove: 'removal by an administrator',
  adminextend: 'extension by an administrator',
  adminrenew: 'renewal by an administrator',
};

export function actionText(action: string): string {
  return ACTIONS[action.toLowerCase()] ?? quoted(cleanName(action));
}

/** What each state says to people; `{}` is Microsoft's own word, where ours leaves something out. */
const STATE_TEXTS = {
  done: 'done',
  scheduled: 'scheduled',
  'pending-approval': 'waiting for approval',
  'in-progress': 'in progress ({})',
  denied: 'denied',
  failed: 'failed ({})',
  canceled: 'canceled',
  over: 'over by now ({})',
  unknown: 'unknown ({})',
} as const satisfies Record<RequestState, string>;

/** A deactivation ends well as `Revoked`; an activation of which it is said is no longer, or never was. */
export function stateText({ state, status }: Pick<RequestRow, 'state' | 'status'>): string {
  if (status.toLowerCase() === 'revoked') return 'done (Revoked)';
  return STATE_TEXTS[state].replace('{}', status);
}

/** `for 2 h from 2026-11-24 07:00Z`; what is not known is left out. */
export function spanText(request: PimRequest): string {
  const { duration, startTime } = request;
  const span = duration === null ? '' : describeDuration(duration);
  const start = startTime === null ? '' : `from ${minuteText(startTime.toISOString())}`;
  return [span, start].filter((part) => part !== '').join(' ');
}

/** `activation of group "SG-Ops" (member)`. */
export function describeRequest(request: PimRequest): string {
  return `${actionText(request.action)} of ${describeRow(request)}`;
}
