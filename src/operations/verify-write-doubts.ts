import type { Doubt } from '../domain/verification.ts';

/** What only a request can show. Looked at with `--allow-writes`, on one assignment, in this order. */
export const WRITE_DOUBT = {
  validation: {
    id: 'validation-answer',
    question: 'What does a validation answer that passes?',
    assumes: 'A success, with a status that is no refusal.',
  },
  validationTrace: {
    id: 'validation-trace',
    question: 'Does a validation leave a request behind?',
    assumes: 'It does not.',
  },
  activation: {
    id: 'activation-statuses',
    question: 'What does an activation answer, and which statuses follow?',
    assumes: 'A success, and Provisioned at once or within 40 s.',
  },
  second: {
    id: 'second-activation',
    question: 'How is a second activation beside a running one refused?',
    assumes: 'RoleAssignmentExists.',
  },
  later: {
    id: 'later-beside-running',
    question: 'Would one that starts later be accepted while one runs? (Validated only.)',
    assumes: 'It is refused.',
  },
  early: {
    id: 'early-deactivation',
    question: 'How is a deactivation in the first five minutes refused?',
    assumes: 'ActiveDurationTooShort.',
  },
  lag: {
    id: 'list-lag',
    question: 'How long does the active list lag behind an activation?',
    assumes: 'Less than 120 s.',
  },
  effect: {
    id: 'effect-delay',
    question: 'How long does an activation take to work?',
    assumes: 'Less than three minutes.',
  },
} as const satisfies Record<string, Doubt>;

export const WRITE_DOUBTS: readonly Doubt[] = Object.values(WRITE_DOUBT);
