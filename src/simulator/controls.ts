import * as z from 'zod';
import {
  type AzureBehaviour,
  azureBehaviourSchema,
  DEFAULT_AZURE_BEHAVIOUR,
} from './azure/azure-behaviour.ts';
import { type Behaviour, behaviourSchema, DEFAULT_BEHAVIOUR } from './behaviour.ts';
import {
  DEFAULT_IDENTITY_BEHAVIOUR,
  type IdentityBehaviour,
  identityBehaviourSchema,
} from './identity/identity-behaviour.ts';
import type { SimClock } from './world.ts';

/** A clock that can be put forward. While it runs it never goes back: the journal is in order. */
export interface MovableClock extends SimClock {
  /** By how much it was wrong from the start, as a client sees it; behind is negative. */
  readonly skewSeconds: number;
  readonly advance: (seconds: number) => void;
}

export function movableClock(base: SimClock, skewSeconds = 0): MovableClock {
  let offset = skewSeconds * 1000;
  return {
    skewSeconds,
    now: () => new Date(base.now().getTime() + offset),
    advance: (seconds) => {
      offset += z.number().nonnegative().parse(seconds) * 1000;
    },
  };
}

/** The switches of all three services, which may be changed while the simulator runs. */
export interface BehaviourSwitches {
  /** One object for the whole run; its values change. */
  readonly graph: Behaviour;
  /** Likewise. */
  readonly azure: AzureBehaviour;
  readonly identity: () => IdentityBehaviour;
  /** @throws ZodError for a switch that does not exist or cannot have that value. */
  patch(change: BehaviourChange): void;
}

export interface BehaviourChange {
  readonly graph?: Partial<Behaviour> | Readonly<Record<string, unknown>> | undefined;
  readonly azure?: Partial<AzureBehaviour> | Readonly<Record<string, unknown>> | undefined;
  readonly identity?: Partial<IdentityBehaviour> | Readonly<Record<string, unknown>> | undefined;
}

export function behaviourSwitches(initial: BehaviourChange): BehaviourSwitches {
  const graph = { ...DEFAULT_BEHAVIOUR };
  const azure = { ...DEFAULT_AZURE_BEHAVIOUR };
  let identity = DEFAULT_IDENTITY_BEHAVIOUR;
  const switches: BehaviourSwitches = {
    graph,
    azure,
    identity: () => identity,
    patch: (change) => {
      const changed = behaviourSchema.parse({ ...graph, ...change.graph });
      const azureChanged = azureBehaviourSchema.parse({ ...azure, ...change.azure });
      identity = identityBehaviourSchema.parse({ ...identity, ...change.identity });
      Object.assign(graph, changed);
      Object.assign(azure, azureChanged);
    },
  };
  switches.patch(initial);
  return switches;
}
