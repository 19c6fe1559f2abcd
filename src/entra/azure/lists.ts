import type { ActiveAssignment, Eligibility } from '../../domain/assignment.ts';
import { runningOf } from '../../domain/deactivation.ts';
import { limited } from '../../domain/limited.ts';
import type { Call } from '../../domain/ports.ts';
import { statusGroupOf } from '../../domain/status.ts';
import { rowsAs } from '../wire.ts';
import type { Sender } from '../write.ts';
import { listAt, MINE, outermost, ROOT } from './paths.ts';
import { listRequests } from './requests.ts';
import { toAssignment, toEligibility, WireAssignment, WireEligibility } from './wire.ts';

const ELIGIBILITIES = listAt(ROOT, 'roleEligibilityScheduleInstances', MINE);

/** Azure throttles by the caller: so many requests of one kind at once are polite. */
const AT_ONCE = 4;

/** Rows that are over may stay in the list for a while. */
function isOver({ properties }: WireAssignment, now: Date): boolean {
  const { endDateTime: end, status } = properties;
  const word = status?.toLowerCase() ?? '';
  const group = statusGroupOf(word);
  const isUndone = word === 'revoked' || group === 'failed' || group === 'denied';
  return isUndone || (end !== null && end <= now);
}

/** The same row may be listed at several scopes. */
function uniqueRows(rows: readonly WireAssignment[]): WireAssignment[] {
  const unique = new Map(rows.map((row) => [row.id?.toLowerCase() ?? row, row]));
  return [...unique.values()];
}

const readEligibilities = rowsAs(WireEligibility, 'eligibilities of Azure roles');
const takeAssignments = rowsAs(WireAssignment, 'assignments of Azure roles');

function takeEligibilities(rows: readonly unknown[]): readonly Eligibility[] {
  return readEligibilities(rows).map(toEligibility);
}

/** What one may have, and what one has. Source: "List for scope" of the schedule instances. */
export function createLists({ service }: Sender) {
  /** Callers whose list at the root has shown something: for them it is not empty by nature. */
  const shown = new Set<string>();

  function read(scope: string, call: Call): Promise<readonly WireAssignment[]> {
    const path = listAt(scope, 'roleAssignmentScheduleInstances', MINE);
    return service.listAs(takeAssignments, path, call);
  }

  /**
   * Scope by scope, where an activation should be running by one's own requests. One that cannot be
   * read fails all: what is on must not silently be missing.
   */
  async function readByScope(call: Call): Promise<readonly WireAssignment[]> {
    const running = runningOf(await listRequests(service, call), service.now());
    const scopes = outermost(running.map(({ scope }) => scope.id));
    return uniqueRows((await limited(scopes, AT_ONCE, (scope) => read(scope, call))).flat());
  }

  /**
   * The list at the root is complete for most, and was seen empty by some who had something on.
   * Where it shows nothing, one's own requests tell whether that can be.
   */
  async function readAnywhere(callerId: string, call: Call): Promise<readonly WireAssignment[]> {
    const atRoot = await read(ROOT, call);
    if (atRoot.length > 0) shown.add(callerId);
    return shown.has(callerId) ? atRoot : readByScope(call);
  }

  function current(rows: readonly WireAssignment[], callerId: string): ActiveAssignment[] {
    const now = service.now();
    return rows.filter((row) => !isOver(row, now)).map((row) => toAssignment(callerId, row));
  }

  return {
    eligibilities: (call: Call): Promise<readonly Eligibility[]> =>
      service.listAs(takeEligibilities, ELIGIBILITIES, call),
    async active(call: Call): Promise<readonly ActiveAssignment[]> {
      const { objectId } = await service.caller(call);
      return current(await readAnywhere(objectId, call), objectId);
    },
    /** What is on at that scope and below it. */
    activeAt: async (scope: string, call: Call): Promise<readonly ActiveAssignment[]> => {
      const { objectId } = await service.caller(call);
      return current(await read(scope, call), objectId);
    },
  };
}
