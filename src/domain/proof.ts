/**
 * Whether a privilege works already: listed as active and in what Microsoft checks. What cannot be
 * proven is `unknown`, never a yes. `how` is a sentence for people.
 */
export type Proof =
  | { readonly kind: 'effective'; readonly how: string }
  | { readonly kind: 'not-yet'; readonly how: string }
  | { readonly kind: 'unknown'; readonly how: string };
