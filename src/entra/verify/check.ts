import type { Doubt, Finding } from '../../domain/verification.ts';
import type { Eye } from './eye.ts';

/** A doubt, and how it is looked at. */
export interface Check extends Doubt {
  /** @throws PimError */
  look(eye: Eye): Promise<Finding>;
}
