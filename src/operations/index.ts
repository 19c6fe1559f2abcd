import { decideRequest } from './decide-request.ts';
import { doctor } from './doctor.ts';
import type { Operation } from './operation.ts';
import { accounts, login, logout } from './session.ts';
import { TOOLS } from './tools.ts';

/** Everything the product can do, once: MCP tools, commands and documentation are made from this. */
export const OPERATIONS: readonly Operation[] = [
  ...TOOLS,
  decideRequest,
  login,
  accounts,
  logout,
  doctor,
];
