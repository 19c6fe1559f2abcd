import * as z from 'zod';
import type { AccessToken } from '../../domain/ports.ts';
import { parseJson } from '../error-body.ts';
import { rowOf, type Row } from './rows.ts';

/** The claims of a token, which is not checked here: nothing is decided by them. `null` = unreadable. */
export function claimsOf({ value }: Pick<AccessToken, 'value'>): Row | null {
  const [, payload = '', signature] = value.split('.');
  const base64 = payload.replaceAll('-', '+').replaceAll('_', '/');
  if (signature === undefined || !z.base64().safeParse(padded(base64)).success) return null;
  const bytes = Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
  const claims = parseJson(new TextDecoder().decode(bytes));
  return typeof claims === 'object' && claims !== null ? rowOf(claims) : null;
}

function padded(base64: string): string {
  return base64.padEnd(Math.ceil(base64.length / 4) * 4, '=');
}
