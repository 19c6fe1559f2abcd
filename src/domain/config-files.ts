/** A configuration file of another program, as it was read. */
export interface ConfigFile {
  /** Where it was looked for. */
  readonly path: string;
  /** The file itself: where a link at `path` leads to. */
  readonly target: string;
  /** All of it, with its byte order mark; `null` when there is none yet. */
  readonly text: string | null;
}

/** Files of other programs: read whole, replaced whole or not at all. */
export interface ConfigFiles {
  /** @throws PimError `configuration` when it is no plain UTF-8 file of this user. */
  read(path: string): Promise<ConfigFile>;
  /**
   * Puts the text in the file's place, keeping its mode, after a copy was put beside it. The answer
   * is the copy's path, `null` when there was nothing to copy.
   * @throws PimError `configuration` when somebody else changed the file meanwhile: it stays as it is
   */
  replace(file: ConfigFile, text: string): Promise<string | null>;
  exists(path: string): Promise<boolean>;
}
