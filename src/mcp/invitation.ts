import {
  inputRequired,
  inputResponse,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Fault } from '../operations/fault.ts';

const KEY = 'signIn';

/** Either era of the protocol says what the client can do, in another place. */
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

const declared = z.looseObject({
  elicitation: z.looseObject({ url: z.looseObject({}).optional() }).optional(),
});

/** Only a client that says so: others answer with an error of the protocol. */
export function canOpenUrls(server: McpServer['server'], { mcpReq }: ServerContext): boolean {
  const envelope = new Map<string, unknown>(Object.entries(mcpReq.envelope ?? {}));
  const capabilities = envelope.get(CAPABILITIES) ?? server.getClientCapabilities();
  const parsed = declared.safeParse(capabilities);
  return parsed.success && parsed.data.elicitation?.url !== undefined;
}

/** What the person did with an invitation of this very call; `null` when there was none. */
export function answerToInvitation({ mcpReq }: ServerContext): 'yes' | 'no' | null {
  const answer = inputResponse(mcpReq.inputResponses, KEY);
  if (answer.kind !== 'elicit') return null;
  return answer.action === 'accept' ? 'yes' : 'no';
}

/** Leads the person to the sign-in without the model in between; `null` where there is none to show. */
export function invitationFor({ signInUrl, userCode }: Fault): InputRequiredResult | null {
  if (signInUrl === null) return null;
  const message =
    userCode === null
      ? 'Sign in to Microsoft Entra.'
      : `Sign in to Microsoft Entra with the code ${userCode}. Only if you asked for this yourself.`;
  return inputRequired({
    inputRequests: { [KEY]: inputRequired.elicitUrl({ message, url: signInUrl }) },
  });
}
