import type { Call, SurfaceClient } from '../../domain/ports.ts';
import { createExpanding } from '../expansion.ts';
import { unitNames } from '../names.ts';
import { mine, withQuery } from '../odata.ts';
import type { Service } from '../service.ts';
import { rowsAs } from '../wire.ts';
import type { Definitions } from './definitions.ts';
import {
  toAssignment,
  toEligibility,
  unitIdOf,
  WireAssignment,
  WireEligibility,
  type WireRole,
} from './wire.ts';

/** Units that hold a role and whose name did not come with the row. */
function namelessUnits(wires: readonly WireRole[]): string[] {
  return wires.flatMap((wire) => (wire.directoryScope?.displayName ? [] : (unitIdOf(wire) ?? [])));
}

/** The row with no more of its role than the name. */
function withoutDefinition<T extends WireRole>(wire: T): T {
  return { ...wire, roleDefinition: { displayName: wire.roleDefinition?.displayName } };
}

/** What the caller may turn on, and what is on. The definitions that come with the rows are kept. */
export function createRoleLists(
  graph: Service,
  base: string,
  definitions: Definitions,
): Pick<SurfaceClient, 'eligibilities' | 'active'> {
  const eligible = mine(`${base}/roleEligibilityScheduleInstances`);
  const assigned = mine(`${base}/roleAssignmentScheduleInstances`);
  const expanding = createExpanding('roleDefinition,directoryScope', 'roleDefinition');
  const expandingActive = createExpanding(
    'roleDefinition,directoryScope,principal',
    'roleDefinition,directoryScope',
    'roleDefinition',
  );

  /** Each role's definition once: thousands of rows may bring hundreds of actions each. */
  function keeping<T extends WireRole>(take: (rows: readonly unknown[]) => readonly T[]) {
    return (rows: readonly unknown[]): readonly T[] => {
      const wires = take(rows);
      definitions.keep(wires);
      return wires.map(withoutDefinition);
    };
  }

  const takeEligibilities = keeping(rowsAs(WireEligibility, 'eligibilities of roles'));
  const takeAssignments = keeping(rowsAs(WireAssignment, 'assignments of roles'));

  /** Names of units that did not come with the rows, where they may be read. */
  async function missingNames(wires: readonly WireRole[], call: Call) {
    const names = await unitNames(graph, namelessUnits(wires), call);
    return (wire: WireRole) => names.get(unitIdOf(wire)?.toLowerCase() ?? '') ?? null;
  }

  return {
    async eligibilities(call) {
      const wires = await expanding((expand) =>
        graph.listAs(takeEligibilities, withQuery(eligible, { expand }), call),
      );
      const unitOf = await missingNames(wires, call);
      return wires.map((wire) => toEligibility(wire, unitOf(wire)));
    },
    async active(call) {
      const wires = await expandingActive((expand) =>
        graph.listAs(takeAssignments, withQuery(assigned, { expand }), call),
      );
      const unitOf = await missingNames(wires, call);
      const { objectId } = await graph.caller(call);
      return wires.map((wire) => toAssignment(wire, unitOf(wire), objectId));
    },
  };
}
