import type { Effect } from '../effect.ts';
import type { Account } from './accounts.ts';
import type { IdentityBehaviour } from './identity-behaviour.ts';

/** In the token of everybody, whatever roles they have. */
const EVERY_MEMBER = 'b79fbf4d-3ef9-4689-8143-76b194e85509';
const EVERY_GUEST = '13bd1c72-6f4a-4dcf-985f-18d3b80f208a';
const CLAIM = 'src1';

/** Above 200 groups a token only says where to ask. */
function overage({ user, directory }: Account): Record<string, unknown> {
  const endpoint = `https://graph.windows.net/${directory.tenant.id}/users/${user.id}/getMemberObjects`;
  return { _claim_names: { groups: CLAIM }, _claim_sources: { [CLAIM]: { endpoint } } };
}

/** What an access token says of the roles and groups that its bearer has when it is issued. */
export function effectClaims(
  { roleTemplateIds, groupIds }: Effect,
  bearer: Account,
  { widsClaim, groupsClaim }: IdentityBehaviour,
): Record<string, unknown> {
  const groups = { none: {}, ids: { groups: groupIds }, overage: overage(bearer) } as const;
  const everyone = bearer.user.home === undefined ? EVERY_MEMBER : EVERY_GUEST;
  return {
    ...(widsClaim ? { wids: [...roleTemplateIds, everyone] } : {}),
    ...groups[groupsClaim],
  };
}
