import type { Scope, Target } from './target.ts';

/** How a row came to the caller: given to them, through a group, or from a scope above. */
export type MemberType = 'Direct' | 'Group' | 'Inherited' | 'Unknown';

/** What a principal may turn on now (`…EligibilityScheduleInstance`). Times are UTC. */
export interface Eligibility {
  readonly target: Target;
  /** Cleaned display name; the id when Microsoft sent no name. */
  readonly name: string;
  readonly scope: Scope;
  readonly memberType: MemberType;
  /** When the *eligibility* ends; `null` = never. */
  readonly endTime: Date | null;
}

/**
 * The group that an assignment comes through; `name` is cleaned, `null` when it was not said. The id
 * is empty where Microsoft only said that it is a group's.
 */
export interface Through {
  readonly id: string;
  readonly name: string | null;
}

/** What is on now (`…AssignmentScheduleInstance`). */
export interface ActiveAssignment {
  readonly target: Target;
  /** Cleaned display name; the id when Microsoft sent no name. */
  readonly name: string;
  readonly scope: Scope;
  readonly memberType: MemberType;
  /** Whose it is, when it is not the caller's own. */
  readonly through: Through | null;
  /** When it began; `null` = not said. */
  readonly startTime: Date | null;
  /** `activated` through PIM; `assigned` by an administrator, which no activation made or ends. */
  readonly assignmentType: 'activated' | 'assigned' | 'unknown';
  /** When it stops being on; `null` = never. */
  readonly endTime: Date | null;
}

/** Something that has a name and a place, and can be meant by a handle. */
export interface Holding {
  readonly target: Target;
  readonly name: string;
  readonly scope: Scope;
  readonly handle: string;
}

/** An active assignment as one line of a list. */
export interface ActiveRow extends ActiveAssignment {
  readonly handle: string;
}

/** An eligibility with what is known of its activation: one line of the list. */
export interface EligibleRow extends Eligibility {
  readonly handle: string;
  /** `null` while not activated. `until: null` means Microsoft gave no end. */
  readonly activation: { readonly until: Date | null } | null;
  /** Assigned by an administrator as well: it is on without any activation. */
  readonly standing: { readonly until: Date | null } | null;
  /** `false`: what is active could not be read, so `null` above says nothing. */
  readonly isStateKnown: boolean;
}
