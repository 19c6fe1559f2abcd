import { activate } from './activate.ts';
import { listEligible } from './list-eligible.ts';
import type { Operation } from './operation.ts';
import { login, logout } from './session.ts';
import { whoami } from './whoami.ts';

/** Everything the product can do, once: MCP tools, commands and documentation are made from this. */
export const OPERATIONS: readonly Operation[] = [listEligible, activate, whoami, login, logout];
