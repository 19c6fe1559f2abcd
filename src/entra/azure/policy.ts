import * as z from 'zod';
import type { Policy } from '../../domain/policy.ts';
import type { Call } from '../../domain/ports.ts';
import type { AzureTarget } from '../../domain/target.ts';
import { literal } from '../odata.ts';
import { orUnknownPolicy } from '../policies.ts';
import { toPolicy } from '../policy-rules.ts';
import type { Service } from '../service.ts';
import { lastSegment, listAt } from './paths.ts';

const Assignment = z.looseObject({
  properties: z.looseObject({
    scope: z.string().nullish(),
    roleDefinitionId: z.string(),
    effectiveRules: z.array(z.unknown()),
  }),
});

type Assignment = z.infer<typeof Assignment>['properties'];

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/**
 * The role settings at a scope. Whether Azure honours the filter is not certain, so the row is chosen
 * by the whole id of the role, and by the scope where several scopes answer.
 */
export function readAzurePolicy(
  service: Service,
  { scope, roleDefinitionId }: AzureTarget,
  call: Call,
): Promise<Policy> {
  return orUnknownPolicy(async () => {
    const filter = `roleDefinitionId eq ${literal(roleDefinitionId)}`;
    const rows = await service.list(listAt(scope, 'roleManagementPolicyAssignments', filter), call);
    const ofRole = rows
      .flatMap((row): Assignment[] => {
        const assignment = Assignment.safeParse(row).data;
        return assignment ? [assignment.properties] : [];
      })
      .filter((each) => isSame(lastSegment(each.roleDefinitionId), lastSegment(roleDefinitionId)));
    const found = ofRole.find((each) => isSame(each.scope ?? '', scope)) ?? ofRole[0];
    return found && toPolicy(found.effectiveRules);
  });
}
