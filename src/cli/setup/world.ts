import type { RunAz } from '../../domain/az.ts';
import type { ConfigFiles } from '../../domain/config-files.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Settings } from '../../domain/settings.ts';
import type { Machine } from './client-files.ts';
import type { Start } from './entry.ts';

/** What setup needs of the machine. */
export interface SetupWorld {
  readonly machine: Machine;
  readonly files: ConfigFiles;
  readonly clock: Clock;
  readonly az: RunAz;
  /** @throws PimError `configuration`: a wrong setting is not copied into another file */
  start(): Promise<Start>;
  /** @throws PimError `configuration` */
  settings(): Settings;
  /** The same while there is no app yet. @throws PimError `configuration` */
  registration(): Settings;
  /** A line typed by a person; `null` where nobody sits at the terminal. */
  ask(question: string): Promise<string | null>;
}

export type OpenWorld = () => Promise<SetupWorld>;
