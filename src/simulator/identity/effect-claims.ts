import type { Effect } from '../effect.ts';
import type { Directory, User } from './directory.ts';
import type { IdentityBehaviour } from './identity-behaviour.ts';

/** In the token of every member of a tenant, whatever roles they have. */
const EVERY_USER = 'b79fbf4d-3ef9-4689-8143-76b194e85509';
const CLAIM = 'src1';

interface Bearer {
  readonly user: User;
  readonly directory: Directory;
}

/** Above 200 groups a token only says where to ask. */
function overage({ user, directory }: Bearer): Record<string, unknown> {
  const endpoint = `https://graph.windows.net/${directory.tenant.id}/users/${user.id}/getMemberObjects`;
  return { _claim_names: { groups: CLAIM }, _claim_sources: { [CLAIM]: { endpoint } } };
}

/** What an access token says of the roles and groups that its bearer has when it is issued. */
export function effectClaims(
  { roleTemplateIds, groupIds }: Effect,
  bearer: Bearer,
  { widsClaim, groupsClaim }: IdentityBehaviour,
): Record<string, unknown> {
  const groups = { none: {}, ids: { groups: groupIds }, overage: overage(bearer) } as const;
  return {
    ...(widsClaim ? { wids: [...roleTemplateIds, EVERY_USER] } : {}),
    ...groups[groupsClaim],
  };
}
