import type { Duration } from './duration.ts';
import { keyOf, shortName, type Scope, type Target } from './target.ts';

/** Somebody, as Microsoft names them. `name` is cleaned; `null` when it was not said. */
export interface Person {
  readonly id: string;
  readonly name: string | null;
}

/**
 * One request of PIM about an assignment (`…AssignmentScheduleRequest`): an activation, a
 * deactivation, an administrator's act.
 */
export interface PimRequest {
  /** Empty when Microsoft's was none; such a request cannot be looked at again. */
  readonly id: string;
  /** Microsoft's word, letters only, else `Unknown`; judged by `judge`, never shown as a verdict. */
  readonly status: string;
  /** Microsoft's word: `selfActivate`, `selfDeactivate`, `adminAssign` ... Compared without case. */
  readonly action: string;
  readonly target: Target;
  /** Cleaned display name of the group or role; the id when Microsoft sent none. */
  readonly name: string;
  readonly scope: Scope;
  /** Whom the assignment is for. */
  readonly principal: Person | null;
  readonly createdTime: Date | null;
  /** Start that the service settled on; `null` while undecided. */
  readonly startTime: Date | null;
  readonly duration: Duration | null;
  /** For `afterDateTime` schedules. */
  readonly endTime: Date | null;
  /** As Microsoft keeps it: foreign text, to be cleaned before it is shown. `null` = none given. */
  readonly justification: string | null;
  /** As Microsoft keeps it: foreign text, to be cleaned before it is shown. `null` = none given. */
  readonly ticket: Ticket | null;
  /** Where the decision about it is kept; `null` when nobody has to decide. */
  readonly approvalId: string | null;
}

export interface Ticket {
  readonly number: string;
  readonly system: string;
}

/** What is sent to Microsoft. `principalId` is always the caller's own object id. */
export interface ActivationOrder {
  readonly target: Target;
  readonly principalId: string;
  readonly startTime: Date;
  readonly duration: Duration;
  readonly justification: string | null;
  readonly ticket: Ticket | null;
}

/** Turns an activation of the caller's off. `principalId` as above. */
export interface DeactivationOrder {
  readonly target: Target;
  readonly principalId: string;
  readonly justification: string | null;
}

export function isActivation({ action }: PimRequest): boolean {
  return action.toLowerCase() === 'selfactivate';
}

/** The short name of a request, `q-…`: of its id and what it is about, as ids are not ours to trust. */
export function requestHandleOf({ id, target, principal }: PimRequest): string {
  return shortName('q', [id, keyOf(target), principal?.id ?? ''].join('|').toLowerCase());
}
