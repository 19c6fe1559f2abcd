import type { SurfaceClient } from '../../domain/ports.ts';
import type { Sender } from '../write.ts';
import { createApprovals } from './approvals.ts';
import { readChildren } from './children.ts';
import { readDefinitions } from './definitions.ts';
import { createLists } from './lists.ts';
import { readAzurePolicy } from './policy.ts';
import { prove } from './proof.ts';
import { getRequest, listAwaiting, listRequests } from './requests.ts';
import { azureTarget, createWrites } from './writes.ts';

/** Azure resource roles. Source: Azure Resource Manager, `Microsoft.Authorization` 2020-10-01. */
export function createAzureClient(sender: Sender): SurfaceClient {
  const { service } = sender;
  const lists = createLists(sender);
  return {
    surface: 'azure',
    now: () => service.now(),
    eligibilities: (call) => lists.eligibilities(call),
    active: (call) => lists.active(call),
    policy: (target, call) => readAzurePolicy(service, azureTarget(target), call),
    // A policy belongs to a role at a scope: no id alone names one.
    policiesById: () => Promise.resolve(new Map()),
    scopesBelow: (target, call) => readChildren(service, azureTarget(target), call),
    ...createWrites(sender),
    request: (known, call) => getRequest(service, known, call),
    requests: (call) => listRequests(service, call),
    awaiting: (call) => listAwaiting(service, call),
    ...createApprovals(sender),
    proof: (target, call) => prove(service, azureTarget(target), lists.activeAt, call),
    definitions: (targets, call) => readDefinitions(service, targets, call),
  };
}
