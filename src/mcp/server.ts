import {
  McpServer,
  type CallToolResult,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Report } from '../domain/ports.ts';
import { describeFault, type Fault } from '../operations/fault.ts';
import type { Effect, Entrance, Operation, Outcome } from '../operations/operation.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { toLeanSchema } from './schema.ts';
import { answerToInvitation, canOpenUrls, invitationFor } from './invitation.ts';
import { faultText, refusalText, viewText, type TextOptions } from './text.ts';

/** Rows a model gets when nobody says how many: enough to choose from, not enough to drown. */
const ROW_LIMIT = 50;
const ROW_CAP = 200;

/** Many clients give a call up after 60 s. */
const ANSWER_WITHIN_MS = 52_000;

const ROWS = { rowLimit: ROW_LIMIT, rowCap: ROW_CAP };

export interface ServerOptions {
  readonly version: string;
  readonly operations: readonly Operation[];
  readonly isDemo: boolean;
  /** The services, opened on the first call: nothing of them is loaded before. */
  open(): Promise<Omit<Entrance, 'call' | 'rowLimit' | 'rowCap'>>;
  /** Aborts when the process is asked to end: no call begins anything then. */
  readonly ending: AbortSignal;
}

/** Honest hints: an activation changes privileges, and a repeated one may be refused. */
function annotationsFor(effect: Effect) {
  const isRead = effect === 'read';
  return {
    readOnlyHint: isRead,
    destructiveHint: !isRead,
    idempotentHint: isRead,
    openWorldHint: true,
  };
}

/** Progress for clients that asked for it; others are spared. */
function reporterFor(request: ServerContext): Report {
  const progressToken = request.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  let progress = 0;
  return (message) => {
    progress += 1;
    const params = { progressToken, progress, message };
    // A client that has gone away is no reason to stop: the notification is only a courtesy.
    request.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

function failure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

/** A "no" is one, also where only one of several got it: no model may read it as done. */
function isFailure({ verdict, faults = [] }: Extract<Outcome, { kind: 'done' }>): boolean {
  return verdict === 'failed' || faults.length > 0;
}

async function run(
  operation: Operation,
  input: unknown,
  entrance: Entrance,
  options: TextOptions,
): Promise<CallToolResult> {
  const { outcome, view } = await operation.run(input, entrance);
  if (outcome.kind === 'refusal') return failure(refusalText(outcome, options));
  return {
    content: [{ type: 'text', text: view ? viewText(view, options) : '' }],
    structuredContent: outcome.output,
    ...(isFailure(outcome) && { isError: true }),
  };
}

const DECLINED =
  'The user declined to sign in. Nothing was done. Next: do not call again unless the user asks for it.';

function declined({ signIn }: Pick<Entrance, 'signIn'>): CallToolResult {
  signIn.declined();
  return failure(DECLINED);
}

/** Where the person can be led to the sign-in without the model in between, they are; once a call. */
function told(
  fault: Fault,
  request: ServerContext,
  { server }: McpServer,
  options: TextOptions,
): CallToolResult | InputRequiredResult {
  const isNew = answerToInvitation(request) === null;
  const invitation = isNew && canOpenUrls(server, request) ? invitationFor(fault) : null;
  return invitation ?? failure(faultText(fault, options));
}

function register(server: McpServer, operation: Operation, options: ServerOptions): void {
  const { name, title, description, effect, input, output } = operation;
  server.registerTool(
    name,
    {
      title,
      description,
      inputSchema: toLeanSchema(input),
      outputSchema: toLeanSchema(output),
      annotations: annotationsFor(effect),
    },
    async (asked: unknown, request: ServerContext) => {
      try {
        const services = await options.open();
        if (answerToInvitation(request) === 'no') return declined(services);
        const call = {
          signal: AbortSignal.any([request.mcpReq.signal, options.ending]),
          report: reporterFor(request),
          answerBy: new Date(services.clock.now().getTime() + ANSWER_WITHIN_MS),
        };
        return await run(operation, asked, { ...services, call, ...ROWS }, options);
      } catch (error) {
        // The edge: the one place where an error becomes text for a model.
        return told(describeFault(error), request, server, options);
      }
    },
  );
}

/** One server per connection; everything that lasts is behind `open`. */
export function createServer(options: ServerOptions): McpServer {
  const server = new McpServer(
    { name: 'entra-pim', title: 'Entra PIM', version: options.version },
    {
      instructions: INSTRUCTIONS,
      cacheHints: { 'tools/list': { ttlMs: 3_600_000, cacheScope: 'public' } },
    },
  );
  for (const operation of options.operations)
    if (operation.isTool) register(server, operation, options);
  return server;
}
