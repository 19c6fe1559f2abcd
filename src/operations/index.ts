import { activate } from './activate.ts';
import { cancelRequest } from './cancel-request.ts';
import { deactivate } from './deactivate.ts';
import { decideRequest } from './decide-request.ts';
import { doctor } from './doctor.ts';
import { findRole } from './find-role.ts';
import { listActive } from './list-active.ts';
import { listEligible } from './list-eligible.ts';
import { listRequests } from './list-requests.ts';
import type { Operation } from './operation.ts';
import { login, logout } from './session.ts';
import { whoami } from './whoami.ts';

/** Everything the product can do, once: MCP tools, commands and documentation are made from this. */
export const OPERATIONS: readonly Operation[] = [
  listEligible,
  activate,
  listActive,
  deactivate,
  listRequests,
  cancelRequest,
  decideRequest,
  findRole,
  whoami,
  login,
  logout,
  doctor,
];
