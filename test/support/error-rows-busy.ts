/** Rows about a service that is busy or broken, and about codes that nobody knows. */
import type { Fault } from '../../src/simulator/faults.ts';
import {
  type ErrorRow,
  GROUP,
  AZURE,
  SUBMITTED,
  refusal,
  answer,
  whenActivating,
  whenListing,
  on,
} from './error-row.ts';

function throttled(
  title: string,
  row: Pick<ErrorRow, 'run' | 'input'> & { readonly match: Fault['match'] },
  wait: { readonly retryAfterSeconds: number; readonly as: 'seconds' | 'date' },
  times = 3,
): ErrorRow {
  const { match, run, input } = row;
  return {
    title: `429 TooManyRequests, ${title}`,
    faults: [{ match: match ?? {}, times, action: { kind: 'throttle', ...wait } }],
    run,
    ...(input && { input }),
  };
}

const LISTED = {
  match: { method: 'GET', surface: 'group', pathIncludes: 'eligib' },
  run: 'list_eligible',
  input: { type: 'Group', search: 'Legacy' },
} as const;
const ACTIVATED = { match: SUBMITTED.group, run: 'activate', input: GROUP } as const;

const SERVER_ERROR = refusal('InternalServerError', 'An error has occurred.', 500);

export const BUSY_ROWS: readonly ErrorRow[] = [
  throttled(
    'Retry-After in seconds, twice: list',
    LISTED,
    { retryAfterSeconds: 7, as: 'seconds' },
    2,
  ),
  throttled('Retry-After in seconds: list', LISTED, { retryAfterSeconds: 7, as: 'seconds' }),
  throttled('Retry-After as an HTTP date: list', LISTED, { retryAfterSeconds: 9, as: 'date' }),
  throttled(
    'Retry-After as an HTTP date, once: activate',
    ACTIVATED,
    { retryAfterSeconds: 9, as: 'date' },
    1,
  ),
  throttled(
    'Retry-After in seconds: activate',
    ACTIVATED,
    {
      retryAfterSeconds: 300,
      as: 'seconds',
    },
    1,
  ),
  throttled(
    'Retry-After as an HTTP date: activate',
    ACTIVATED,
    {
      retryAfterSeconds: 300,
      as: 'date',
    },
    1,
  ),
  ...[500, 502, 503, 504].map((status) => ({
    title: `${status} on GET, three times: list`,
    faults: [answer(LISTED.match, { ...SERVER_ERROR, status }, 3)],
    run: 'list_eligible',
    input: LISTED.input,
  })),
  {
    title: '502 on GET, a page and not an error, three times: list',
    faults: [{ match: LISTED.match, times: 3, action: { kind: 'html', status: 502 } }],
    run: 'list_eligible',
    input: LISTED.input,
  },
  ...(['group', 'directory', 'azure'] as const).map((surface) =>
    whenActivating(surface, SERVER_ERROR, ' on sending, and nothing to be found'),
  ),
  {
    title: '503 on sending, twice: activate (azure)',
    faults: [answer(SUBMITTED.azure, { ...SERVER_ERROR, status: 503 }, 2)],
    run: 'activate',
    input: AZURE,
  },
  {
    title: 'no answer although it was done: activate (group)',
    faults: [{ match: SUBMITTED.group, action: { kind: 'drop-after' } }],
    run: 'activate',
    input: GROUP,
  },
  {
    title: '503 on sending: deactivate (group)',
    before: (stack) => on(stack, GROUP),
    faults: [answer(SUBMITTED.group, { ...SERVER_ERROR, status: 503 })],
    run: 'deactivate',
    input: { name: GROUP.name },
  },
];

export const OTHER_ROWS: readonly ErrorRow[] = [
  whenActivating('group', refusal('BrandNew', 'Never seen before.')),
  whenActivating('azure', refusal('BrandNew', 'Never seen before.', 403)),
  whenListing('group', refusal('BrandNew', 'Never seen before.'), '', 2),
  whenListing(
    'directory',
    refusal(
      'UnknownError',
      'System.Globalization.CultureNotFoundException: Culture is not supported.',
    ),
    ' CultureNotFoundException',
  ),
];
