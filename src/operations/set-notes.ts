interface Noted {
  readonly handle: string;
  readonly notes: readonly string[];
}

/** Notes of several, each said once: with whom it is about, unless it is about all. */
export function mergeNotes(items: readonly Noted[]): string[] {
  const handles = new Map<string, string[]>();
  for (const { handle, notes } of items)
    for (const note of new Set(notes)) handles.set(note, [...(handles.get(note) ?? []), handle]);
  return [...handles].map(([note, whose]) =>
    whose.length === items.length ? note : `${whose.join(', ')}: ${note}`,
  );
}
