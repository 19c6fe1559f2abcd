import type { NextStep } from '../domain/explanation.ts';

/**
 * What a person or a model reads, before any front end gives it a shape: MCP turns it into compact
 * text, the command line into a page. Names in sentences are quoted; in tables they are cells.
 */
export interface View {
  /** One sentence that stands alone. What is not active says NOT ACTIVE first. */
  readonly headline: string;
  readonly facts?: readonly (readonly [label: string, value: string])[];
  readonly table?: Table;
  /** Things to know: what could not be read, what was assumed. */
  readonly notes?: readonly string[];
  readonly next?: NextStep;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
