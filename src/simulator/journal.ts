import * as z from 'zod';

/**
 * Everything that ever happened in the tenant, oldest first. The state is computed from this, the
 * scenario and the time; nothing else is kept, so another process (or a test with a moved clock)
 * computes the same state.
 */
const instant = z.iso.datetime();

const target = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('group'),
    groupId: z.string(),
    accessId: z.enum(['member', 'owner']),
  }),
  z.object({
    kind: z.literal('directory'),
    roleDefinitionId: z.string(),
    directoryScopeId: z.string().nullable(),
    appScopeId: z.string().nullable(),
  }),
  z.object({ kind: z.literal('azure'), scope: z.string(), roleDefinitionId: z.string() }),
]);

const expiration = z.object({
  type: z.enum(['noExpiration', 'afterDateTime', 'afterDuration']),
  endDateTime: instant.nullable(),
  duration: z.string().nullable(),
});

/** How the tenant behaved when the request came: part of what happened, not of what is asked later. */
const timing = z.object({
  provisionedAfterSeconds: z.number(),
  provisioningStatus: z.string(),
  outcome: z.enum(['Provisioned', 'Failed']),
  futureStatus: z.string(),
  listedAfterSeconds: z.number(),
  approvedAfterSeconds: z.number().nullable(),
  /** For a deactivation: how long the next activation is refused. */
  gapSeconds: z.number(),
});

const request = z.object({
  kind: z.literal('request'),
  at: instant,
  id: z.string(),
  by: z.string(),
  action: z.enum(['selfActivate', 'selfDeactivate']),
  target,
  justification: z.string().nullable(),
  ticket: z.object({ number: z.string().nullable(), system: z.string().nullable() }),
  /** `null` for a deactivation. */
  schedule: z.object({ start: instant, expiration }).nullable(),
  needsApproval: z.boolean(),
  timing,
});

const decision = z.object({
  kind: z.literal('decision'),
  at: instant,
  requestId: z.string(),
  by: z.string(),
  result: z.enum(['Approve', 'Deny']),
  justification: z.string(),
});

const cancellation = z.object({
  kind: z.literal('cancel'),
  at: instant,
  requestId: z.string(),
  by: z.string(),
});

export const journalEntrySchema = z.discriminatedUnion('kind', [request, decision, cancellation]);

export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type RequestEntry = z.infer<typeof request>;
export type DecisionEntry = z.infer<typeof decision>;
export type Timing = z.infer<typeof timing>;

export interface Journal {
  entries(): readonly JournalEntry[];
  append(entry: JournalEntry): Promise<void> | void;
}

/** A journal that ends with the process. */
export function memoryJournal(before: readonly JournalEntry[] = []): Journal {
  const entries = [...before];
  return {
    entries: () => entries,
    append: (entry) => {
      entries.push(entry);
    },
  };
}
