import { type Eligibility, type Held, heldBy } from './held-rows.ts';
import { covers } from './held-target.ts';
import { isSameText } from './identifiers.ts';
import { isOn, type Period, requestsOf, type RequestLife } from './request-life.ts';
import { endOfSchedule } from './schedule.ts';
import type { Scenario } from './scenario.ts';
import type { SimTarget } from './sim-target.ts';
import type { TenantState } from './tenant.ts';

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
    ...heldBy(state.scenario, 'assigned', [userId], state.now).group,
    ...runningActivations(state, userId).map(({ request }) => request),
  ]
    .filter(isMembership)
    .map(({ target }) => target);
  return [userId, ...targets.flatMap((target) => (target.kind === 'group' ? target.groupId : []))];
}

/** Also what comes through groups, one row each: the same thing may be there twice. */
export function eligibilitiesOf(
  state: TenantState,
  userId: string,
  on: keyof Held = 'all',
): readonly Eligibility[] {
  return heldBy(state.scenario, 'eligible', principalsOf(state, userId), state.now)[on];
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
  const assigned = heldBy(state.scenario, 'assigned', principalsOf(state, userId), state.now).all;
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
export function everyEligibility({ scenario, now }: TenantState): Eligibility[] {
  return principalIds(scenario).flatMap((id) => heldBy(scenario, 'eligible', [id], now).all);
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
