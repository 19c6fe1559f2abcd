import * as z from 'zod';
import { seesApproval } from '../awaiting.ts';
import { decide } from '../decide.ts';
import { derivedId, isSameText } from '../identifiers.ts';
import { parseJson } from '../parse-json.ts';
import { mayApprove } from '../policies.ts';
import { badRequest, notFound } from '../problem.ts';
import { type Approval, requestById, requestsOf, type RequestLife } from '../request-life.ts';
import {
  type Answer,
  contextOf,
  type GraphCall,
  looking,
  NO_CONTENT,
  ok,
  paramOf,
} from './call.ts';
import { type Entity, list, single } from './collection.ts';
import { instantOrNull, type JsonObject } from './json.ts';
import type { Permission } from './permissions.ts';
import { BY_CURRENT_USER, ID, pathOf, type Route, type Version } from './route.ts';

/** Approvals of one surface. Their id is the request's; each has one stage. */
interface Approvals {
  readonly surface: 'group' | 'directory';
  readonly version: Version;
  readonly base: string;
  /** What a stage is called. */
  readonly stages: 'stages' | 'steps';
  readonly permissions: { readonly read: Permission; readonly write: Permission };
}

const GROUPS: Approvals = {
  surface: 'group',
  version: 'v1.0',
  base: '/identityGovernance/privilegedAccess/group/assignmentApprovals',
  stages: 'stages',
  permissions: { read: 'groupAssignment', write: 'groupWrite' },
};

/** v1.0 has none for Entra roles, and beta no list of them. */
const ROLES: Approvals = {
  surface: 'directory',
  version: 'beta',
  base: '/roleManagement/directory/roleAssignmentApprovals',
  stages: 'steps',
  permissions: { read: 'roleApproval', write: 'roleApproval' },
};

const decisionSchema = z.looseObject({
  reviewResult: z.string(),
  justification: z.string().nullish(),
});

type Reviewed = RequestLife & { readonly approval: Approval };

function isReviewed(life: RequestLife, { surface }: Approvals): life is Reviewed {
  return life.approval !== null && life.request.target.kind === surface;
}

function reviewed(call: GraphCall, names: Approvals): Reviewed {
  const life = requestById(call.state, paramOf(call, 0));
  if (life && isReviewed(life, names) && seesApproval(call.state, looking(call), life.request)) {
    return life;
  }
  throw notFound(`Approval ${paramOf(call, 0)}`);
}

function stageId(life: Reviewed): string {
  return derivedId(life.request.id, 'stage');
}

function stage(call: GraphCall, life: Reviewed): JsonObject {
  const { approval } = life;
  const isOpen = life.status === 'PendingApproval' && approval.isOpen;
  return {
    id: stageId(life),
    displayName: null,
    reviewedDateTime: instantOrNull(approval.at),
    reviewResult: approval.result,
    status: isOpen ? 'InProgress' : 'Completed',
    assignedToMe: isOpen && mayApprove(call.state, call.caller.objectId, life.request),
    justification: approval.justification,
    reviewedBy: approval.by === null ? null : { id: approval.by, displayName: null },
  };
}

function approvalEntity(call: GraphCall, { stages }: Approvals, life: Reviewed): Entity {
  return { json: { id: life.request.id }, links: { [stages]: () => [stage(call, life)] } };
}

function listApprovals(call: GraphCall, names: Approvals): Answer {
  if (!isSameText(paramOf(call, 0), 'approver')) {
    throw badRequest('BadRequest', "Only the value 'approver' of 'on' is supported.");
  }
  const type = { context: names.base.slice(1), expandable: [names.stages] };
  const mine = requestsOf(call.state)
    .filter((life) => isReviewed(life, names))
    .filter(({ request }) => seesApproval(call.state, looking(call), request));
  return list(
    call,
    type,
    mine.map((life) => approvalEntity(call, names, life)),
  );
}

function getApproval(call: GraphCall, names: Approvals): Answer {
  const type = { context: `${names.base.slice(1)}/$entity`, expandable: [names.stages] };
  return ok(single(call, type, approvalEntity(call, names, reviewed(call, names))));
}

function stageContext({ base, stages }: Approvals): string {
  return `${base.slice(1)}/${stages}`;
}

function listStages(call: GraphCall, names: Approvals): Answer {
  const json = stage(call, reviewed(call, names));
  return list(call, { context: stageContext(names), expandable: [] }, [{ json, links: {} }]);
}

function checkStage(call: GraphCall, life: Reviewed): void {
  const id = paramOf(call, 1);
  if (!isSameText(id, stageId(life))) throw notFound(`Stage ${id}`);
}

function getStage(call: GraphCall, names: Approvals): Answer {
  const life = reviewed(call, names);
  checkStage(call, life);
  const context = contextOf(call, `${stageContext(names)}/$entity`);
  return ok({ '@odata.context': context, ...stage(call, life) });
}

async function review(call: GraphCall, names: Approvals): Promise<Answer> {
  const life = requestById(call.state, paramOf(call, 0));
  if (!life || !isReviewed(life, names)) throw notFound(`Approval ${paramOf(call, 0)}`);
  checkStage(call, life);
  const body = decisionSchema.safeParse(parseJson(call.request.body));
  const wish = body.data?.reviewResult;
  const result = (['Approve', 'Deny'] as const).find((known) => isSameText(known, wish));
  const justification = body.data?.justification ?? '';
  if (!result) throw badRequest('BadRequest', 'reviewResult must be Approve or Deny.');
  if (justification.trim() === '') throw badRequest('BadRequest', 'A justification is required.');
  const { objectId: by } = call.caller;
  await decide(call.tenant, { requestId: life.request.id, by, result, justification });
  return NO_CONTENT;
}

function routesOf(names: Approvals): Route[] {
  const { surface: area, version, base, stages, permissions } = names;
  const get = { method: 'GET', version, area, permission: permissions.read } as const;
  const stagePath = pathOf(`${base}/${ID}/${stages}/${ID}`);
  return [
    { ...get, path: pathOf(`${base}/${ID}`), run: (call) => getApproval(call, names) },
    { ...get, path: pathOf(`${base}/${ID}/${stages}`), run: (call) => listStages(call, names) },
    { ...get, path: stagePath, run: (call) => getStage(call, names) },
    {
      method: 'PATCH',
      version,
      area,
      permission: permissions.write,
      path: stagePath,
      run: (call) => review(call, names),
    },
  ];
}

export const APPROVAL_ROUTES: readonly Route[] = [
  ...routesOf(GROUPS),
  ...routesOf(ROLES),
  {
    method: 'GET',
    area: GROUPS.surface,
    permission: GROUPS.permissions.read,
    path: pathOf(`${GROUPS.base}${BY_CURRENT_USER}`),
    run: (call) => listApprovals(call, GROUPS),
  },
];
