import * as z from 'zod';
import { seesApproval } from '../awaiting.ts';
import { decide } from '../decide.ts';
import { instantOrNull, type JsonObject } from '../graph/json.ts';
import { find } from '../find.ts';
import { isSameText } from '../identifiers.ts';
import { parseJson } from '../parse-json.ts';
import { mayApprove } from '../policies.ts';
import { notFound } from '../problem.ts';
import { type Approval, requestsOf, type RequestLife } from '../request-life.ts';
import {
  type ArmAnswer,
  type ArmCall,
  type ArmRoute,
  looking,
  NAME,
  ok,
  paramOf,
  pathOf,
} from './call.ts';
import { approvalName, identity } from './names.ts';
import { page } from './page.ts';
import { authorizationFailed, badBody } from './refusals.ts';

/** Approvals of Azure roles. Each has one stage, whose id is the approval's. */
const KIND = 'roleAssignmentApprovals';

type Reviewed = RequestLife & { readonly approval: Approval };

function isReviewed(life: RequestLife): life is Reviewed {
  return life.approval !== null && life.request.target.kind === 'azure';
}

function mine(call: ArmCall): Reviewed[] {
  return requestsOf(call.state)
    .filter(isReviewed)
    .filter(({ request }) => seesApproval(call.state, looking(call), request));
}

/** @throws Problem 404 for what is not the caller's to see. */
function reviewed(call: ArmCall): Reviewed {
  const id = paramOf(call, 0);
  const life = mine(call).find(({ request }) => isSameText(approvalName(request.id), id));
  if (life) return life;
  throw notFound(`The approval '${id}'`);
}

function reviewer({ state }: ArmCall, id: string | null): JsonObject | null {
  if (id === null) return null;
  const user = find(state.scenario.users, id);
  return {
    principalId: id,
    principalType: 'user',
    principalName: user?.displayName ?? null,
    userPrincipalName: user?.userPrincipalName ?? null,
  };
}

function stageJson(call: ArmCall, { request, approval, status }: Reviewed): JsonObject {
  const name = approvalName(request.id);
  const isOpen = status === 'PendingApproval' && approval.isOpen;
  return {
    properties: {
      displayName: null,
      status: isOpen ? 'InProgress' : 'Completed',
      assignedToMe: isOpen && mayApprove(call.state, call.caller.objectId, request),
      reviewedBy: reviewer(call, approval.by),
      reviewedDateTime: instantOrNull(approval.at),
      reviewResult: approval.result,
      justification: approval.justification,
    },
    ...identity('', `${KIND}/${name}/stages`, name),
    type: `Microsoft.Authorization/${KIND}/stages`,
  };
}

function approvalJson(call: ArmCall, life: Reviewed): JsonObject {
  return {
    properties: { stages: [stageJson(call, life)] },
    ...identity('', KIND, approvalName(life.request.id)),
  };
}

function stageOf(call: ArmCall): Reviewed {
  const life = reviewed(call);
  const stage = paramOf(call, 1);
  if (isSameText(stage, approvalName(life.request.id))) return life;
  throw notFound(`The stage '${stage}'`);
}

const decision = z.looseObject({
  reviewResult: z.enum(['Approve', 'Deny']),
  justification: z.string().refine((text) => text.trim() !== ''),
});
const BODIES = {
  wrapped: z.looseObject({ properties: decision }).transform(({ properties }) => properties),
  flat: decision,
} as const;

/** @throws Problem 403 where only the portal's way is open. */
function checkWay({ azure, isBatched, caller, scope }: ArmCall): void {
  if (azure.approvalBody !== 'batch-only' || isBatched) return;
  throw authorizationFailed({ caller, action: `${KIND}/stages/write`, scope });
}

async function review(call: ArmCall): Promise<ArmAnswer> {
  const { azure, caller, tenant } = call;
  checkWay(call);
  const life = stageOf(call);
  const schema = BODIES[azure.approvalBody === 'flat' ? 'flat' : 'wrapped'];
  const body = schema.safeParse(parseJson(call.request.body));
  if (!body.success) throw badBody('reviewResult and justification are required.');
  const { reviewResult: result, justification } = body.data;
  const { id: requestId } = life.request;
  await decide(tenant, { requestId, by: caller.objectId, result, justification });
  return ok(stageJson(call, stageOf({ ...call, state: tenant.state() })));
}

const versions = ['2021-01-01-preview'];
const STAGE = pathOf(`${KIND}/${NAME}/stages/${NAME}`);

export const APPROVAL_ROUTES: readonly ArmRoute[] = [
  {
    method: 'GET',
    versions,
    path: pathOf(KIND),
    run: (call) => page(call, mine(call), (life) => approvalJson(call, life)),
  },
  {
    method: 'GET',
    versions,
    path: pathOf(`${KIND}/${NAME}`),
    run: (call) => ok(approvalJson(call, reviewed(call))),
  },
  {
    method: 'GET',
    versions,
    path: pathOf(`${KIND}/${NAME}/stages`),
    run: (call) => page(call, [reviewed(call)], (life) => stageJson(call, life)),
  },
  { method: 'GET', versions, path: STAGE, run: (call) => ok(stageJson(call, stageOf(call))) },
  { method: 'PUT', versions, path: STAGE, run: review },
  { method: 'PATCH', versions, path: STAGE, run: review },
];
