import * as z from 'zod';
import { decide } from '../decide.ts';
import { derivedId, isSameText } from '../identifiers.ts';
import { parseJson } from '../parse-json.ts';
import { mayApprove } from '../policies.ts';
import { badRequest, notFound } from '../problem.ts';
import { type Approval, requestById, requestsOf, type RequestLife } from '../request-life.ts';
import { type Answer, contextOf, type GraphCall, NO_CONTENT, ok, paramOf } from './call.ts';
import { type Entity, list, single } from './collection.ts';
import { instantOrNull, type JsonObject } from './json.ts';
import { BY_CURRENT_USER, ID, pathOf, type Route } from './route.ts';

/** Approvals of PIM for Groups. v1.0 has none for Entra roles. Their id is the request's. */
const BASE = '/identityGovernance/privilegedAccess/group/assignmentApprovals';
const CONTEXT = BASE.slice(1);

const decisionSchema = z.looseObject({
  reviewResult: z.string(),
  justification: z.string().nullish(),
});

type Reviewed = RequestLife & { readonly approval: Approval };

function isReviewed(life: RequestLife): life is Reviewed {
  return life.approval !== null && life.request.target.kind === 'group';
}

function isMineToDecide(call: GraphCall, life: RequestLife): boolean {
  return mayApprove(call.state, call.caller.objectId, life.request);
}

function reviewed(call: GraphCall): Reviewed {
  const life = requestById(call.state, paramOf(call, 0));
  if (life && isReviewed(life) && isMineToDecide(call, life)) return life;
  throw notFound(`Approval ${paramOf(call, 0)}`);
}

function stageId(life: Reviewed): string {
  return derivedId(life.request.id, 'stage');
}

function stage(life: Reviewed): JsonObject {
  const { approval } = life;
  const isOpen = life.status === 'PendingApproval';
  return {
    id: stageId(life),
    displayName: null,
    reviewedDateTime: instantOrNull(approval.at),
    reviewResult: approval.result,
    status: isOpen ? 'InProgress' : 'Completed',
    assignedToMe: isOpen,
    justification: approval.justification,
    reviewedBy: approval.by === null ? null : { id: approval.by, displayName: null },
  };
}

function approvalEntity(life: Reviewed): Entity {
  return { json: { id: life.request.id }, links: { stages: () => [stage(life)] } };
}

const APPROVAL = { context: `${CONTEXT}/$entity`, expandable: ['stages'] };

function approvals(call: GraphCall): Answer {
  if (!isSameText(paramOf(call, 0), 'approver')) {
    throw badRequest('BadRequest', "Only the value 'approver' of 'on' is supported.");
  }
  const mine = requestsOf(call.state).filter((life) => isMineToDecide(call, life));
  const type = { context: CONTEXT, expandable: ['stages'] };
  return list(call, type, mine.filter(isReviewed).map(approvalEntity));
}

function stages(call: GraphCall): Answer {
  const type = { context: `${CONTEXT}/stages`, expandable: [] };
  return list(call, type, [{ json: stage(reviewed(call)), links: {} }]);
}

function checkStage(call: GraphCall, life: Reviewed): void {
  const id = paramOf(call, 1);
  if (!isSameText(id, stageId(life))) throw notFound(`Stage ${id}`);
}

function getStage(call: GraphCall): Answer {
  const life = reviewed(call);
  checkStage(call, life);
  return ok({ '@odata.context': contextOf(call, `${CONTEXT}/stages/$entity`), ...stage(life) });
}

async function review(call: GraphCall): Promise<Answer> {
  const life = requestById(call.state, paramOf(call, 0));
  if (!life || !isReviewed(life)) throw notFound(`Approval ${paramOf(call, 0)}`);
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

export const APPROVAL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    area: 'group',
    permission: 'groupAssignment',
    path: pathOf(`${BASE}${BY_CURRENT_USER}`),
    run: approvals,
  },
  {
    method: 'GET',
    area: 'group',
    permission: 'groupAssignment',
    path: pathOf(`${BASE}/${ID}`),
    run: (call) => ok(single(call, APPROVAL, approvalEntity(reviewed(call)))),
  },
  {
    method: 'GET',
    area: 'group',
    permission: 'groupAssignment',
    path: pathOf(`${BASE}/${ID}/stages`),
    run: stages,
  },
  {
    method: 'GET',
    area: 'group',
    permission: 'groupAssignment',
    path: pathOf(`${BASE}/${ID}/stages/${ID}`),
    run: getStage,
  },
  {
    method: 'PATCH',
    area: 'group',
    permission: 'groupWrite',
    path: pathOf(`${BASE}/${ID}/stages/${ID}`),
    run: review,
  },
];
