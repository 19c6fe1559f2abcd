import type { Target } from '../domain/target.ts';

/** A role on a management group, subscription, resource group or resource. */
export interface AzureTarget {
  readonly kind: 'azure';
  /** ARM's path, as the scenario spells it. */
  readonly scope: string;
  /** The bare GUID: its path varies with the place it is named at. */
  readonly roleDefinitionId: string;
}

/** Everything that can be activated here, on the three surfaces. */
export type SimTarget = Target | AzureTarget;
