/**
 * True when the pattern covers the text: `*` stands for any characters, `/` included, or none, and
 * may be anywhere, as in the actions of role definitions. Compared without case. Looks for the parts
 * between the stars one after the other and never goes back: both texts are foreign.
 */
export function covers(pattern: string, text: string): boolean {
  const whole = text.toLowerCase();
  const [head = '', ...rest] = pattern.toLowerCase().split('*');
  const tail = rest.pop();
  if (tail === undefined) return whole === head;
  const end = whole.length - tail.length;
  if (!whole.startsWith(head) || !whole.endsWith(tail)) return false;
  let from = head.length;
  for (const part of rest) {
    const found = whole.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from <= end;
}
