import * as z from 'zod';
import { type Behaviour, behaviourSchema, DEFAULT_BEHAVIOUR } from './behaviour.ts';
import {
  DEFAULT_IDENTITY_BEHAVIOUR,
  type IdentityBehaviour,
  identityBehaviourSchema,
} from './identity/identity-behaviour.ts';
import type { SimClock } from './world.ts';

/** A clock that can be put forward. It never goes back: the journal is in order. */
export interface MovableClock extends SimClock {
  readonly advance: (seconds: number) => void;
}

export function movableClock(base: SimClock): MovableClock {
  let offset = 0;
  return {
    now: () => new Date(base.now().getTime() + offset),
    advance: (seconds) => {
      offset += z.number().nonnegative().parse(seconds) * 1000;
    },
  };
}

/** Both halves' switches, which may be changed while the simulator runs. */
export interface BehaviourSwitches {
  /** One object for the whole run; its values change. */
  readonly graph: Behaviour;
  readonly identity: () => IdentityBehaviour;
  /** @throws ZodError for a switch that does not exist or cannot have that value. */
  patch(change: BehaviourChange): void;
}

export interface BehaviourChange {
  readonly graph?: Partial<Behaviour> | Readonly<Record<string, unknown>> | undefined;
  readonly identity?: Partial<IdentityBehaviour> | Readonly<Record<string, unknown>> | undefined;
}

export function behaviourSwitches(initial: BehaviourChange): BehaviourSwitches {
  const graph = { ...DEFAULT_BEHAVIOUR };
  let identity = DEFAULT_IDENTITY_BEHAVIOUR;
  const switches: BehaviourSwitches = {
    graph,
    identity: () => identity,
    patch: (change) => {
      const changed = behaviourSchema.parse({ ...graph, ...change.graph });
      identity = identityBehaviourSchema.parse({ ...identity, ...change.identity });
      Object.assign(graph, changed);
    },
  };
  switches.patch(initial);
  return switches;
}
