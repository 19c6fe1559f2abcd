import type { Duration } from './duration.ts';
import type { Target } from './target.ts';

/** Microsoft's answer about one activation request (`…AssignmentScheduleRequest`). */
export interface ActivationRequest {
  /** Empty when Microsoft's was none; such a request cannot be looked at again. */
  readonly id: string;
  /** Microsoft's word, letters only, else `Unknown`; judged by `judge`, never shown as a verdict. */
  readonly status: string;
  readonly action: string;
  readonly target: Target;
  readonly createdTime: Date | null;
  /** Start that the service settled on; `null` while undecided. */
  readonly startTime: Date | null;
  readonly duration: Duration | null;
  /** For `afterDateTime` schedules. */
  readonly endTime: Date | null;
  /** As Microsoft keeps it: foreign text, only compared; clean it before showing. `null` = none given. */
  readonly justification: string | null;
  /** As Microsoft keeps it: foreign text, only compared; clean it before showing. `null` = none given. */
  readonly ticket: Ticket | null;
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
