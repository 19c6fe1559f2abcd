import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { readableTarget, SIMULATED_SURFACES, surfaceOf } from './surfaces.ts';
import type { SimClock, SimRequest, SimResponse } from './world.ts';

const answerFault = z.discriminatedUnion('kind', [
  /** 429 with `Retry-After`, in seconds or as an HTTP date. */
  z.strictObject({
    kind: z.literal('throttle'),
    retryAfterSeconds: z.number().nonnegative(),
    as: z.enum(['seconds', 'date']).default('seconds'),
  }),
  /** A Graph-shaped error; the work was not done. */
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z.string().default('UnknownError'),
    message: z.string().default('The server is out of sorts.'),
    /** Beside the content type: a challenge, a wait. */
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** What a proxy or gateway answers; the work was not done. */
  z.strictObject({ kind: z.literal('html'), status: z.int().default(502) }),
  z.strictObject({ kind: z.literal('redirect'), location: z.string() }),
]);

const rewriteFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('empty') }),
  z.strictObject({ kind: z.literal('garbage') }),
  z.strictObject({ kind: z.literal('truncated') }),
  /** Makes the list claim that its next page is on another host. */
  z.strictObject({ kind: z.literal('foreign-next-link'), origin: z.string() }),
]);

const connectionFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('drop-before') }),
  z.strictObject({ kind: z.literal('drop-after') }),
  /** Never answered; ends when the client gives up. The work was not done. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Done at once, answered when `release` is called. */
  z.strictObject({ kind: z.literal('hold') }),
  /** For demonstrations; tests hold and release. */
  z.strictObject({ kind: z.literal('delay'), milliseconds: z.int().nonnegative() }),
]);

/** One thing to go wrong, and for how many of the matching requests. */
export const faultSchema = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Part of path and query, decoded, without case. */
      pathIncludes: z.string().optional(),
      surface: z.enum(SIMULATED_SURFACES).optional(),
    })
    .default({}),
  times: z.int().positive().default(1),
  action: z.union([answerFault, rewriteFault, connectionFault]),
});

export type Fault = z.input<typeof faultSchema>;
type Rule = z.output<typeof faultSchema>;
type Action = Rule['action'];
type AnswerFault = z.output<typeof answerFault>;
type RewriteFault = z.output<typeof rewriteFault>;
type ConnectionFault = z.output<typeof connectionFault>;

/** One request on its way: how to do its work, and when its client is gone. */
interface Exchange {
  readonly request: SimRequest;
  readonly work: () => Promise<SimResponse>;
  readonly gone: Promise<void>;
}

export interface Faults {
  /** @throws ZodError for what is not a fault. */
  add(...faults: readonly Fault[]): void;
  /** Drops every rule that is left, and releases what is held. */
  clear(): void;
  /** Lets held answers go. */
  readonly release: () => void;
  /** Rules that still wait for a request. */
  readonly pending: number;
  /** Does the request's work, with what is to go wrong. `null` = cut the connection. */
  run(exchange: Exchange): Promise<SimResponse | null>;
}

interface Waiting {
  readonly rule: Rule;
  left: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };

function isMatch({ match }: Rule, request: SimRequest): boolean {
  const target = readableTarget(request).toLowerCase();
  return (
    (match.method ?? request.method).toUpperCase() === request.method &&
    target.includes((match.pathIncludes ?? '').toLowerCase()) &&
    (match.surface === undefined || match.surface === surfaceOf(request))
  );
}

function graphError(status: number, code: string, message: string): SimResponse {
  return { status, headers: JSON_TYPE, body: JSON.stringify({ error: { code, message } }) };
}

function answerOf(action: AnswerFault, clock: SimClock): SimResponse {
  switch (action.kind) {
    case 'throttle': {
      const at = new Date(clock.now().getTime() + action.retryAfterSeconds * 1000);
      const when = action.as === 'date' ? at.toUTCString() : String(action.retryAfterSeconds);
      const answer = graphError(429, 'TooManyRequests', 'Too many requests.');
      return { ...answer, headers: { ...answer.headers, 'retry-after': when } };
    }
    case 'error': {
      const answer = graphError(action.status, action.code, action.message);
      return { ...answer, headers: { ...answer.headers, ...action.headers } };
    }
    case 'html':
      return {
        status: action.status,
        headers: { 'content-type': 'text/html' },
        body: `<!doctype html><title>${action.status}</title><h1>Error ${action.status}</h1>`,
      };
    case 'redirect':
      return { status: 302, headers: { location: action.location }, body: '' };
  }
}

/** Under both services' names for it: each client looks at its own. */
function withNextLink(body: string, origin: string): string {
  const parsed: unknown = JSON.parse(body);
  const page = typeof parsed === 'object' ? parsed : {};
  const link = `${origin}/v1.0/next`;
  return JSON.stringify({ ...page, '@odata.nextLink': link, nextLink: link });
}

function rewrittenBody(action: RewriteFault, body: string): string {
  switch (action.kind) {
    case 'empty':
      return '';
    case 'garbage':
      return '}{ this is not JSON \u0000';
    case 'truncated':
      return body.slice(0, Math.floor(body.length / 2));
    case 'foreign-next-link':
      return withNextLink(body, action.origin);
  }
}

const ANSWERS: ReadonlySet<string> = new Set(['throttle', 'error', 'html', 'redirect']);
const REWRITES: ReadonlySet<string> = new Set([
  'empty',
  'garbage',
  'truncated',
  'foreign-next-link',
]);

function isAnswer(action: Action): action is AnswerFault {
  return ANSWERS.has(action.kind);
}

function isRewrite(action: Action): action is RewriteFault {
  return REWRITES.has(action.kind);
}

/** Answers that wait for somebody to let them go. */
interface Gate {
  readonly wait: () => Promise<void>;
  readonly open: () => void;
}

function createGate(): Gate {
  const held = new Set<() => void>();
  return {
    wait: () =>
      new Promise((resolve) => {
        held.add(resolve);
      }),
    open: () => {
      for (const letGo of held) letGo();
      held.clear();
    },
  };
}

async function overConnection(
  action: ConnectionFault,
  { work, gone }: Exchange,
  gate: Gate,
): Promise<SimResponse | null> {
  switch (action.kind) {
    case 'drop-before':
      return null;
    case 'drop-after':
      await work();
      return null;
    case 'hang':
      await gone;
      return null;
    case 'hold': {
      // In line before the work begins: a release during the work counts.
      const released = gate.wait();
      const answer = await work();
      await Promise.race([released, gone]);
      return answer;
    }
    case 'delay': {
      const answer = await work();
      await Promise.race([delay(action.milliseconds), gone]);
      return answer;
    }
  }
}

function takeFrom(rules: Waiting[], request: SimRequest): Action | undefined {
  const index = rules.findIndex(({ rule }) => isMatch(rule, request));
  const found = rules[index];
  if (!found) return undefined;
  found.left -= 1;
  if (found.left === 0) rules.splice(index, 1);
  return found.rule.action;
}

/** The queue of things to go wrong. The first rule that fits a request is used up by it. */
export function createFaults(clock: SimClock): Faults {
  const rules: Waiting[] = [];
  const gate = createGate();
  return {
    add: (...faults) => {
      const parsed = faults.map((fault) => faultSchema.parse(fault));
      rules.push(...parsed.map((rule) => ({ rule, left: rule.times })));
    },
    clear: () => {
      rules.length = 0;
      gate.open();
    },
    release: gate.open,
    get pending() {
      return rules.length;
    },
    run: async (exchange) => {
      const action = takeFrom(rules, exchange.request);
      if (action === undefined) return exchange.work();
      if (isAnswer(action)) return answerOf(action, clock);
      if (!isRewrite(action)) return overConnection(action, exchange, gate);
      const answer = await exchange.work();
      return { ...answer, body: rewrittenBody(action, answer.body) };
    },
  };
}
