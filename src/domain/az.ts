/** How a run of the Azure CLI ended. */
export type AzEnded =
  | { readonly kind: 'not-installed' }
  | {
      readonly kind: 'ended';
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    };

/** Runs the Azure CLI once with these arguments, without a shell. */
export type RunAz = (args: readonly string[]) => Promise<AzEnded>;
