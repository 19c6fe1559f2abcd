import { addTo, parseIsoDuration } from '../domain/duration.ts';
import { covers, targetOf } from './held-target.ts';
import { isSameText } from './identifiers.ts';
import { isOn, type Period, requestsOf, type RequestLife } from './request-life.ts';
import { endOfSchedule } from './schedule.ts';
import type { Scenario, ScenarioHeld } from './scenario.ts';
import type { SimTarget } from './sim-target.ts';
import type { TenantState } from './tenant.ts';

/** What somebody may turn on now. */
export interface Eligibility {
  readonly id: string;
  readonly target: SimTarget;
  /** Who the row belongs to: the person, or a group that the person is in. */
  readonly principalId: string;
  readonly isThroughGroup: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

/** What somebody has now. */
export interface Assignment extends Eligibility {
  readonly assignmentType: 'Assigned' | 'Activated';
  /** When it was made so; what depends on it may follow later. */
  readonly provisionedAt: Date;
  readonly listedFrom: Date;
  /** Of its schedule: `Provisioned`, or what a start that lies ahead is called. */
  readonly status: string;
  /** What was activated; `null` for what an administrator assigned. */
  readonly eligibilityId: string | null;
}

function firstOfMonth(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
}

function endOf(row: ScenarioHeld, now: Date): Date | null {
  if (row.endDateTime === null) return null;
  const days = parseIsoDuration(row.endDateTime);
  return days ? addTo(firstOfMonth(now), days) : new Date(row.endDateTime);
}

function heldBy(
  rows: readonly ScenarioHeld[],
  principals: readonly string[],
  now: Date,
): Eligibility[] {
  const [self] = principals;
  return rows
    .filter((row) => principals.some((id) => isSameText(id, row.principalId)))
    .map((row) => ({
      id: row.id,
      target: targetOf(row),
      principalId: row.principalId,
      isThroughGroup: !isSameText(row.principalId, self),
      startsAt: new Date(row.startDateTime),
      endsAt: endOf(row, now),
    }))
    .filter((row) => row.startsAt <= now && (row.endsAt === null || now < row.endsAt));
}

function runningActivations(state: TenantState, userId: string): RequestLife[] {
  return requestsOf(state).filter(
    ({ request, period }) => isSameText(request.by, userId) && isOn(period, state.now),
  );
}

function isMembership({ target }: { readonly target: SimTarget }): boolean {
  return target.kind === 'group' && target.accessId === 'member';
}

/** The person first, then the groups they are in now: assigned, or activated. */
function principalsOf(state: TenantState, userId: string): string[] {
  const targets = [
    ...heldBy(state.scenario.assignments, [userId], state.now),
    ...runningActivations(state, userId).map(({ request }) => request),
  ]
    .filter(isMembership)
    .map(({ target }) => target);
  return [userId, ...targets.flatMap((target) => (target.kind === 'group' ? target.groupId : []))];
}

function eligibleRows({ eligibilities, azure }: Scenario): readonly ScenarioHeld[] {
  return [...eligibilities, ...azure.eligibilities];
}

function assignedRows({ assignments, azure }: Scenario): readonly ScenarioHeld[] {
  return [...assignments, ...azure.assignments];
}

/** Also what comes through groups, one row each: the same thing may be there twice. */
export function eligibilitiesOf(state: TenantState, userId: string): Eligibility[] {
  return heldBy(eligibleRows(state.scenario), principalsOf(state, userId), state.now);
}

function assignmentBy(
  state: TenantState,
  { request, status, completedAt }: RequestLife,
  on: Period,
): Assignment {
  const using = eligibilitiesOf(state, request.by).find((row) =>
    covers(state.scenario, row.target, request.target),
  );
  return {
    id: request.id,
    target: request.target,
    principalId: request.by,
    isThroughGroup: false,
    startsAt: on.from,
    endsAt: on.to,
    assignmentType: 'Activated',
    provisionedAt: completedAt ?? on.from,
    listedFrom: on.listedFrom,
    status,
    eligibilityId: using?.id ?? null,
  };
}

/** Running activations and what was assigned, whether lists show it already or not. */
export function assignmentsOf(state: TenantState, userId: string): Assignment[] {
  const assigned = heldBy(assignedRows(state.scenario), principalsOf(state, userId), state.now);
  return [
    ...runningActivations(state, userId).flatMap((life) =>
      life.period ? assignmentBy(state, life, life.period) : [],
    ),
    ...assigned.map((row) => ({
      ...row,
      assignmentType: 'Assigned' as const,
      provisionedAt: row.startsAt,
      listedFrom: row.startsAt,
      status: 'Provisioned',
      eligibilityId: null,
    })),
  ];
}

/** Activations that were over less than so long ago, which a list may still show. */
export function endedOf(state: TenantState, userId: string, seconds: number): Assignment[] {
  return requestsOf(state).flatMap((life) => {
    const { request, period } = life;
    const endedAt = period?.to ?? null;
    if (!period || !endedAt || !isSameText(request.by, userId)) return [];
    const age = state.now.getTime() - endedAt.getTime();
    const isShown = age >= 0 && age < seconds * 1000;
    return isShown ? [{ ...assignmentBy(state, life, period), status: 'Revoked' }] : [];
  });
}

function principalIds({ users, groups }: Scenario): string[] {
  return [...users, ...groups].map(({ id }) => id);
}

/** Every row of the tenant, each once, under the person or group it was written for. */
export function everyEligibility(state: TenantState): Eligibility[] {
  const { scenario, now } = state;
  return principalIds(scenario).flatMap((id) => heldBy(eligibleRows(scenario), [id], now));
}

export function everyAssignment(state: TenantState): Assignment[] {
  return principalIds(state.scenario).flatMap((id) =>
    assignmentsOf(state, id).filter(({ isThroughGroup }) => !isThroughGroup),
  );
}

/** Activations that were granted but start later. Schedules show them, instances do not. */
export function scheduledOf(state: TenantState, userId: string): Assignment[] {
  return requestsOf(state).flatMap((life) => {
    const { startsAt, request } = life;
    const isAhead = startsAt !== null && startsAt > state.now;
    if (!isAhead || !request.schedule || !isSameText(request.by, userId)) return [];
    const to = endOfSchedule(request.schedule, startsAt);
    return [assignmentBy(state, life, { from: startsAt, to, listedFrom: state.now })];
  });
}

export function isMemberOf(state: TenantState, userId: string, groupId: string): boolean {
  return principalsOf(state, userId).some((id) => isSameText(id, groupId));
}
