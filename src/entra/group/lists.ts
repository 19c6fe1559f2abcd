import type { Call, SurfaceClient } from '../../domain/ports.ts';
import { createExpanding } from '../expansion.ts';
import { groupNames } from '../names.ts';
import { mine, withQuery } from '../odata.ts';
import type { Service } from '../service.ts';
import { rowsAs } from '../wire.ts';
import {
  toAssignment,
  toEligibility,
  WireAssignment,
  WireEligibility,
  type WireGroup,
} from './wire.ts';

const takeEligibilities = rowsAs(WireEligibility, 'eligibilities of groups');
const takeAssignments = rowsAs(WireAssignment, 'assignments of groups');

/** What the caller may turn on, and what is on. */
export function createGroupLists(
  graph: Service,
  base: string,
): Pick<SurfaceClient, 'eligibilities' | 'active'> {
  const eligible = mine(`${base}/eligibilityScheduleInstances`);
  const assigned = mine(`${base}/assignmentScheduleInstances`);
  const expanding = createExpanding('group', '');
  const expandingActive = createExpanding('group,principal', 'group', '');

  /** Names that did not come with the rows, where they may be read. */
  async function missingNames(wires: readonly WireGroup[], call: Call) {
    const nameless = wires.filter(({ group }) => !group?.displayName).map((wire) => wire.groupId);
    const names = await groupNames(graph, nameless, call);
    return ({ groupId }: WireGroup) => names.get(groupId.toLowerCase()) ?? null;
  }

  return {
    async eligibilities(call) {
      const wires = await expanding((expand) =>
        graph.listAs(takeEligibilities, withQuery(eligible, { expand }), call),
      );
      const nameOf = await missingNames(wires, call);
      return wires.map((wire) => toEligibility(wire, nameOf(wire)));
    },
    async active(call) {
      const wires = await expandingActive((expand) =>
        graph.listAs(takeAssignments, withQuery(assigned, { expand }), call),
      );
      const nameOf = await missingNames(wires, call);
      const { objectId } = await graph.caller(call);
      return wires.map((wire) => toAssignment(wire, nameOf(wire), objectId));
    },
  };
}
