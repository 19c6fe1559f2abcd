import { formatIsoDuration } from '../../domain/duration.ts';
import type { ActivationOrder, DeactivationOrder } from '../../domain/request.ts';
import type { AzureTarget } from '../../domain/target.ts';

function words({ justification }: Pick<ActivationOrder, 'justification'>) {
  return justification === null ? {} : { justification };
}

function ticketInfo({ ticket }: ActivationOrder) {
  if (ticket === null) return {};
  return { ticketInfo: { ticketNumber: ticket.number, ticketSystem: ticket.system } };
}

/**
 * The eligibility it comes from is not named: Azure finds it, and a bare id was refused below the
 * eligibility's own scope. A start of now is left out: no clock can then be ahead of another.
 */
export function activationBody(
  { roleDefinitionId }: AzureTarget,
  order: ActivationOrder,
  now: Date,
): Record<string, unknown> {
  const { principalId, startTime, duration } = order;
  const start = startTime > now ? { startDateTime: startTime.toISOString() } : {};
  const expiration = { type: 'AfterDuration', duration: formatIsoDuration(duration) };
  return {
    properties: {
      principalId,
      roleDefinitionId,
      requestType: 'SelfActivate',
      scheduleInfo: { ...start, expiration },
      ...words(order),
      ...ticketInfo(order),
    },
  };
}

export function deactivationBody(
  { roleDefinitionId }: AzureTarget,
  order: DeactivationOrder,
): Record<string, unknown> {
  const { principalId } = order;
  return {
    properties: { principalId, roleDefinitionId, requestType: 'SelfDeactivate', ...words(order) },
  };
}
