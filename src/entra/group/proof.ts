import * as z from 'zod';
import type { Call } from '../../domain/ports.ts';
import type { Proof } from '../../domain/proof.ts';
import type { GroupTarget } from '../../domain/target.ts';
import { unreadable } from '../errors.ts';
import { isGranted } from '../lookups.ts';
import { isSameId } from '../odata.ts';
import { effective, notYet, unknown } from '../proof.ts';
import type { Service } from '../service.ts';

/** Any of these lets one's own membership be checked. We never ask for them. */
const MAY_CHECK = [
  'User.Read',
  'User.ReadBasic.All',
  'GroupMember.Read.All',
  'Group.Read.All',
  'Directory.Read.All',
];

const Checked = z.looseObject({ value: z.array(z.string()) });

function holds(ids: readonly string[], groupId: string): boolean {
  return ids.some((id) => isSameId(id, groupId));
}

/** Also through groups in groups. Source: "checkMemberGroups". */
async function isMember(graph: Service, groupId: string, call: Call): Promise<boolean> {
  const body = await graph.query('/v1.0/me/checkMemberGroups', { groupIds: [groupId] }, call);
  const checked = Checked.safeParse(body).data;
  if (checked === undefined) throw unreadable('it is not a list of groups');
  return holds(checked.value, groupId);
}

/** Whether Microsoft counts the caller among the members. Of owners neither tokens nor checks tell. */
export async function proveGroup(graph: Service, target: GroupTarget, call: Call): Promise<Proof> {
  const { groupId, accessId } = target;
  if (accessId === 'owner') return unknown('Nothing that can be asked tells of owners of a group.');
  const { groups } = await graph.freshClaims(call);
  if (holds(groups ?? [], groupId)) return effective('A fresh token carries the group.');
  if (await isGranted(graph, MAY_CHECK, call))
    return (await isMember(graph, groupId, call))
      ? effective('Microsoft counts you among its members.')
      : notYet('Microsoft does not count you among its members yet.');
  return groups === null
    ? unknown('The tokens of this app do not tell of groups, and it may not check memberships.')
    : notYet('A fresh token does not carry the group yet.');
}
