import { Problem } from '../problem.ts';
import type { Caller } from '../world.ts';

/** The refusals that only Azure Resource Manager has. Texts as in public material. */

interface Attempt {
  readonly caller: Caller;
  /** Of `Microsoft.Authorization`, unless it says another provider. */
  readonly action: string;
  readonly scope: string;
}

export function authorizationFailed({ caller, action, scope }: Attempt): Problem {
  const { username, objectId } = caller;
  const full = action.startsWith('Microsoft.') ? action : `Microsoft.Authorization/${action}`;
  return new Problem(
    403,
    'AuthorizationFailed',
    `The client '${username}' with object id '${objectId}' does not have authorization to perform action '${full}' over scope '${scope === '' ? '/' : scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** A list of everybody's rows, asked for by somebody who may only see their own. */
export function insufficientPermissions({ objectId }: Caller): Problem {
  return new Problem(
    403,
    'InsufficientPermissions',
    `The requestor ${objectId} does not have permissions for this request. Please use $filter=asTarget() to filter on the requestor's assignments.`,
  );
}

export function missingVersion(): Problem {
  return new Problem(
    400,
    'MissingApiVersionParameter',
    'The api-version query parameter (?api-version=) is required for all requests.',
  );
}

/** A kind of resource that there is not, or not in that version. */
export function invalidResourceType(
  kind: string,
  version: string,
  supported: readonly string[] = [],
): Problem {
  const others =
    supported.length === 0 ? '' : ` The supported api-versions are '${supported.join(',')}'.`;
  return new Problem(
    404,
    'InvalidResourceType',
    `The resource type '${kind}' could not be found in the namespace 'Microsoft.Authorization' for api version '${version}'.${others}`,
  );
}

export function badBody(why: string): Problem {
  return new Problem(400, 'InvalidRequestContent', `The request content was invalid. ${why}`);
}

/** Graph's words for "not allowed" are not ARM's. */
export function inWordsOfArm(problem: Problem, attempt: Attempt): Problem {
  return problem.code === 'Authorization_RequestDenied' ? authorizationFailed(attempt) : problem;
}
