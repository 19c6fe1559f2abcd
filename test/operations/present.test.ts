import { expect, it } from 'vitest';
import { describeCandidates } from '../../src/operations/present.ts';
import { eligibleRow } from '../support/rows.ts';

function at(subscription: string) {
  const scope = `/subscriptions/${subscription}/resourceGroups/rg-app`;
  const roleDefinitionId = '/providers/Microsoft.Authorization/roleDefinitions/r';
  return eligibleRow({
    target: { kind: 'azure', scope, roleDefinitionId },
    name: 'Reader',
    scope: { id: scope, name: 'rg-app' },
  });
}

it('candidates that would read alike are told apart by their place', () => {
  const [one, two, other] = describeCandidates([at('a'), at('b'), eligibleRow()]);
  expect(one?.text).toContain('(/subscriptions/a/resourceGroups/rg-app)');
  expect(two?.text).toContain('(/subscriptions/b/resourceGroups/rg-app)');
  expect(other?.text).toBe('group "SG-Ops" (member)');
});
