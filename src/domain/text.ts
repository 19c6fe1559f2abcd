/**
 * Text that somebody else wrote: role and group names, justifications, upstream messages.
 * It reaches terminals and language models, so it is data: no control characters (terminal escapes),
 * no bidirectional or invisible ones (text that reads differently from what it is), one line, capped.
 */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u034F\u115F\u1160\u2800\u3164]/gu;

const NAME_CAP = 120;
const MESSAGE_CAP = 300;

function cap(text: string, limit: number): string {
  const points = Array.from(text);
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}

function clean(text: string, limit: number): string {
  const visible = text.normalize('NFC').replace(CONTROL, ' ').replace(INVISIBLE, '');
  return cap(visible.replace(/\s+/gu, ' ').trim(), limit);
}

/** A display name as it may be shown. Ids stay outside: they are compared, not read. */
export function cleanName(text: string): string {
  return clean(text, NAME_CAP);
}

/** A sentence from upstream (error message, justification) as it may be shown. */
export function cleanMessage(text: string): string {
  return clean(text, MESSAGE_CAP);
}

/** Puts foreign text in quotation marks that it cannot close by itself. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '’')}"`;
}

const CODE = /^[\w.]{1,60}$/u;

/** Microsoft's codes are words. Anything else in their place may be a sentence, and name somebody. */
export function isCode(text: string): boolean {
  return CODE.test(text);
}
