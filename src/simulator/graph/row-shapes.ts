import type { Eligibility } from '../held-rows.ts';
import type { Assignment } from '../holdings.ts';
import type { RequestLife } from '../request-life.ts';
import type { GraphCall } from './call.ts';
import type { Entity } from './collection.ts';

/** How a surface writes its rows. Empty for what belongs to the other surface. */
export interface RowShapes {
  readonly eligibilityInstance: (call: GraphCall, row: Eligibility) => Entity[];
  readonly eligibilitySchedule: (call: GraphCall, row: Eligibility) => Entity[];
  readonly assignmentInstance: (call: GraphCall, row: Assignment) => Entity[];
  readonly assignmentSchedule: (call: GraphCall, row: Assignment) => Entity[];
  readonly request: (call: GraphCall, life: RequestLife) => Entity[];
}
