import type { Call } from '../../domain/ports.ts';
import type { Proof } from '../../domain/proof.ts';
import type { DirectoryTarget } from '../../domain/target.ts';
import { isSameId } from '../odata.ts';
import { effective, notYet, unknown } from '../proof.ts';
import type { Service } from '../service.ts';

interface RoleFacts {
  /** `false` for a role that the tenant made; `null` where nobody said. */
  readonly isBuiltIn: boolean | null;
}

/**
 * Whether a fresh token carries the role. The claim `wids` names built-in roles that hold in the whole
 * tenant, and no others: what it cannot name is never "not yet", save for a role of which nobody said
 * whose it is. Such a one most likely is built-in, and whoever waits does so for a limited time.
 * Source: "Access token claims reference", `wids`.
 */
export async function proveRole(
  graph: Service,
  { roleDefinitionId, directoryScopeId }: DirectoryTarget,
  { isBuiltIn }: RoleFacts,
  call: Call,
): Promise<Proof> {
  if (directoryScopeId !== '/')
    return unknown('Tokens do not tell about roles that hold in a part of the tenant only.');
  const { wids } = await graph.freshClaims(call);
  if (wids === null) return unknown('The tokens of this app do not tell of roles.');
  // For a built-in role the id of its definition is that of its template. Whole ids, never parts.
  if (wids.some((wid) => isSameId(wid, roleDefinitionId)))
    return effective('A fresh token carries the role.');
  return isBuiltIn === false
    ? unknown('Tokens do not tell about roles that the tenant made itself.')
    : notYet('A fresh token does not carry the role yet.');
}
