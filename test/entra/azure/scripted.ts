import { hours } from '../../../src/domain/duration.ts';
import type { ActivationOrder } from '../../../src/domain/request.ts';
import { createAzureClient } from '../../../src/entra/azure/client.ts';
import { createService } from '../../../src/entra/service.ts';
import { ME } from '../support/samples.ts';
import { ARM_ORIGIN, json, START, tenant, type Reply } from '../support/tenant.ts';
import { requestRow, TARGET } from './samples.ts';

export const ORDER: ActivationOrder = {
  target: TARGET,
  principalId: ME,
  startTime: START,
  duration: hours(2),
  justification: null,
  ticket: null,
};

/** A client whose requests are answered in that order, whatever their address. */
export function scripted(...replies: Reply[]) {
  const { clock, signIn, drive } = tenant();
  const sent: { method: string; url: string; body: unknown }[] = [];
  const service = createService({
    clock,
    signIn,
    random: () => 0,
    userAgent: 'entra-pim/test',
    address: { resource: 'arm', origin: ARM_ORIGIN, apis: ['/subscriptions/'] },
    http: (url, sending) => {
      const { method, body = 'null' } = sending;
      sent.push({ method, url, body: JSON.parse(body) });
      const reply = replies.shift();
      return reply ? reply(sending) : Promise.reject(new Error(`unforeseen: ${url}`));
    },
  });
  return { azure: createAzureClient({ service, clock, random: () => 0 }), sent, clock, drive };
}

export const CREATED = json(201, requestRow());
