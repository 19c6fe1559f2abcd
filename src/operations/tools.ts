import { activate } from './activate.ts';
import { cancelRequest } from './cancel-request.ts';
import { deactivate } from './deactivate.ts';
import { findRole } from './find-role.ts';
import { listActive } from './list-active.ts';
import { listEligible } from './list-eligible.ts';
import { listRequests } from './list-requests.ts';
import type { Operation } from './operation.ts';
import { whoami } from './whoami.ts';

/** What a model may do. A file of its own: the MCP server starts without loading the rest. */
export const TOOLS: readonly Operation[] = [
  listEligible,
  activate,
  listActive,
  deactivate,
  listRequests,
  cancelRequest,
  findRole,
  whoami,
];
