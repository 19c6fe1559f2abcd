import { RESOURCE_OF } from '../../domain/permissions.ts';
import type { Surface } from '../../domain/target.ts';
import { listAt, requestAt, ROOT } from '../azure/paths.ts';
import { isId } from '../odata.ts';
import type { Check } from './check.ts';
import { LISTS, type Eye, type Sight } from './eye.ts';
import { part, perSurface, type Part } from './part.ts';

const ALL = ['group', 'directory', 'azure'] as const satisfies readonly Surface[];

/** An id that no request has. */
const NOBODYS = '00000000-0000-4000-8000-000000000000';

const UNKNOWN = {
  group: `/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleRequests/${NOBODYS}`,
  directory: `/v1.0/roleManagement/directory/roleAssignmentScheduleRequests/${NOBODYS}`,
  azure: requestAt(ROOT, NOBODYS),
} as const satisfies Record<Surface, string>;

const NONSENSE = {
  group: `${LISTS.group.eligible}?$filter=nonsense`,
  directory: `${LISTS.directory.eligible}?$filter=nonsense`,
  azure: listAt(ROOT, 'roleEligibilityScheduleInstances', 'nonsense'),
} as const satisfies Record<Surface, string>;

/** Which of the things that an error should hold it holds. */
function shapeOf({ status, code, header, body }: Sight): string {
  const length = typeof body['error'] === 'object' ? 'an error object' : 'no error object';
  const type = header('content-type')?.includes('json') === true ? 'JSON' : 'no JSON';
  return `${status}, ${type}, ${length}, code ${code === null || code === '' ? 'missing' : code}`;
}

async function refusal(
  eye: Eye,
  surface: Surface,
  { path, status }: { readonly path: string; readonly status: number },
): Promise<Part> {
  // A list that cannot be read at all says nothing of what is wrong with this request.
  await eye.list(surface, 'eligible');
  const sight = await eye.see(RESOURCE_OF[surface], path);
  const hasCode = sight.code !== null && sight.code !== '';
  return part(sight.status === status && hasCode, `${shapeOf(sight)}.`);
}

const ID_HEADERS = {
  graph: ['request-id', 'client-request-id'],
  arm: ['x-ms-request-id', 'x-ms-correlation-request-id'],
} as const;

async function ids(eye: Eye, surface: Surface): Promise<Part> {
  const resource = RESOURCE_OF[surface];
  const { header } = await eye.see(resource, LISTS[surface].eligible);
  const names = ID_HEADERS[resource];
  const there = names.filter((name) => isId(header(name) ?? ''));
  return part(there.includes(names[0]), `${there.join(' and ') || 'none'}.`);
}

const SKEW_SECONDS = 60;

async function date(eye: Eye, surface: Surface): Promise<Part> {
  const { header, at } = await eye.see(RESOURCE_OF[surface], LISTS[surface].eligible);
  const said = Date.parse(header('date') ?? '');
  if (Number.isNaN(said)) return part(false, 'no Date header.');
  const seconds = Math.round((at.getTime() - said) / 1000);
  return part(Math.abs(seconds) <= SKEW_SECONDS, `Date is there, ${seconds} s behind our clock.`);
}

const LIMIT_MS = 20_000;

async function times(eye: Eye, surface: Surface): Promise<Part> {
  const each: string[] = [];
  let longest = 0;
  for (const [name, path] of Object.entries(LISTS[surface])) {
    const { milliseconds, status } = await eye.see(RESOURCE_OF[surface], path);
    longest = Math.max(longest, milliseconds);
    each.push(`${name} ${milliseconds} ms (${status})`);
  }
  return part(longest < LIMIT_MS / 2, `${each.join(', ')}.`);
}

export const ANSWER_CHECKS: readonly Check[] = [
  {
    id: 'request-ids',
    question: 'Do answers carry the id that support asks for?',
    assumes: 'request-id of Graph, x-ms-request-id of Azure.',
    look: async (eye) => perSurface(await eye.readable(ALL), (surface) => ids(eye, surface)),
  },
  {
    id: 'date-header',
    question: 'Do answers say the time, and does it agree with ours?',
    assumes: 'They do, within a minute.',
    look: async (eye) => perSurface(await eye.readable(ALL), (surface) => date(eye, surface)),
  },
  {
    id: 'read-times',
    question: 'How long do the lists take?',
    assumes: 'Less than ten seconds; given up after twenty.',
    look: async (eye) => perSurface(await eye.readable(ALL), (surface) => times(eye, surface)),
  },
  {
    id: 'unknown-request',
    question: 'What is answered about a request that does not exist?',
    assumes: '404 with a code.',
    look: async (eye) =>
      perSurface(await eye.readable(ALL), (surface) =>
        refusal(eye, surface, { path: UNKNOWN[surface], status: 404 }),
      ),
  },
  {
    id: 'bad-filter',
    question: 'What is answered to a filter that makes no sense?',
    assumes: '400 with a code.',
    look: async (eye) =>
      perSurface(await eye.readable(ALL), (surface) =>
        refusal(eye, surface, { path: NONSENSE[surface], status: 400 }),
      ),
  },
];
