import { isPimError } from '../../domain/errors.ts';
import type { Call } from '../../domain/ports.ts';
import type { ActivationOrder, DeactivationOrder, PimRequest } from '../../domain/request.ts';
import { scopeIdOf, type AzureTarget, type Target } from '../../domain/target.ts';
import { unreadable } from '../errors.ts';
import { acknowledgementOf, reconcile, sendWrite, UNSTOPPABLE, type Sender } from '../write.ts';
import { activationBody, deactivationBody } from './orders.ts';
import { requestAt } from './paths.ts';
import { put } from './put.ts';
import { getRequest } from './requests.ts';
import { readRequest } from './wire.ts';

export function azureTarget(target: Target): AzureTarget {
  if (target.kind === 'azure') return target;
  throw new TypeError('a target of Graph reached the client for Azure');
}

/** What changes something in Azure, and the question what a change would come to. */
export function createWrites(sender: Sender) {
  const { service, clock } = sender;
  return {
    activate(order: ActivationOrder, call: Call): Promise<PimRequest> {
      const target = azureTarget(order.target);
      return put(sender, { target, body: (now) => activationBody(target, order, now) }, call);
    },

    deactivate(order: DeactivationOrder, call: Call): Promise<PimRequest> {
      const target = azureTarget(order.target);
      return put(sender, { target, body: () => deactivationBody(target, order) }, call);
    },

    async validate(order: ActivationOrder, call: Call): Promise<PimRequest> {
      const target = azureTarget(order.target);
      const path = requestAt(target.scope, globalThis.crypto.randomUUID(), '/validate');
      const body = activationBody(target, order, clock.now());
      const verdict = readRequest(await service.query(path, body, call));
      if (verdict === undefined) throw unreadable('it is not a request');
      return verdict;
    },

    async cancel(request: PimRequest, call: Call): Promise<void> {
      const path = requestAt(scopeIdOf(request.target), request.id, '/cancel');
      const sending = { method: 'POST', path, body: () => null } as const;
      const { attempt } = await sendWrite(sender, sending, call);
      const result = acknowledgementOf(attempt, clock.now());
      if (!isPimError(result)) return;
      const isCanceled = async () => {
        const { status } = await getRequest(service, request, UNSTOPPABLE);
        return status.toLowerCase() === 'canceled' ? true : undefined;
      };
      await reconcile(clock, isCanceled, result);
    },
  };
}
