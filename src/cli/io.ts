/** The terminal, as the command line sees it. */
export interface Io {
  /** Results only. */
  readonly out: (text: string) => void;
  /** Progress, notes, errors. */
  readonly err: (text: string) => void;
  /** A person is reading the results: tables are drawn to this width. `null` = a pipe or a file. */
  readonly columns: number | null;
  /** What one types to run this program. */
  readonly command: string;
}
