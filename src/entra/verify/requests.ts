import { statusGroupOf } from '../../domain/status.ts';
import type { Surface } from '../../domain/target.ts';
import { isId, withQuery } from '../odata.ts';
import type { Check } from './check.ts';
import type { Eye, Sight } from './eye.ts';
import { part, perSurface, together, unseen, type Part } from './part.ts';
import {
  counted,
  isSameText,
  listIn,
  rowIn,
  rowOf,
  tally,
  textIn,
  wordIn,
  type Row,
} from './rows.ts';

const ALL = ['group', 'directory', 'azure'] as const satisfies readonly Surface[];

async function statuses(eye: Eye, surface: Surface): Promise<Part> {
  const words = (await eye.list(surface, 'requests')).map((row) => wordIn(row, 'status'));
  if (words.length === 0) return unseen('no request.', 'an activation before');
  const known = words.every((word) => statusGroupOf(word) !== undefined);
  return part(known, `${tally(words)}.`);
}

const PROLONGING = ['selfextend', 'selfrenew'];

async function prolonged(eye: Eye): Promise<Part> {
  await eye.readable(['group']);
  const rows = await eye.list('group', 'requests');
  const words = rows.map((row) => wordIn(row, 'action'));
  if (words.length === 0) return unseen('No request.', 'a request of a group before');
  const isThere = words.some((word) => PROLONGING.includes(word.toLowerCase()));
  return part(!isThere, `${tally(words)}.`);
}

const LATER = ['granted', 'schedulecreated'];
/** Microsoft's clock may be ahead: what starts within minutes was asked for now. */
const SKEW_MS = 5 * 60_000;

function startOf(row: Row): number {
  return Date.parse(textIn(rowIn(row, 'scheduleInfo'), 'startDateTime') ?? '');
}

async function later(eye: Eye, surface: Surface): Promise<Part> {
  const from = eye.clock.now().getTime() + SKEW_MS;
  const rows = await eye.list(surface, 'requests');
  const words = rows.filter((row) => startOf(row) > from).map((row) => wordIn(row, 'status'));
  const live = words.filter((word) => statusGroupOf(word) !== 'failed');
  if (live.length === 0)
    return unseen('no request that starts later.', 'an activation with a start to come');
  return part(
    live.every((word) => LATER.includes(word.toLowerCase())),
    `${tally(live)}.`,
  );
}

const DAY_MS = 86_400_000;
const KEPT_DAYS = 30;

async function kept(eye: Eye, surface: Surface): Promise<Part> {
  const now = eye.clock.now().getTime();
  const ages = (await eye.list(surface, 'requests'))
    .map((row) => Date.parse(textIn(row, 'createdDateTime') ?? textIn(row, 'createdOn') ?? ''))
    .filter((time) => !Number.isNaN(time))
    .map((time) => Math.floor((now - time) / DAY_MS));
  const oldest = Math.max(0, ...ages);
  const seen = `${counted(ages.length, 'request')}, the oldest ${counted(oldest, 'day')} old.`;
  return oldest >= KEPT_DAYS
    ? part(true, seen)
    : unseen(seen, `requests from more than ${KEPT_DAYS} days ago`);
}

/** Where the stages of a request are. Source: "Get approval"; Entra roles in beta only. */
const STAGES = {
  group: {
    path: '/v1.0/identityGovernance/privilegedAccess/group/assignmentApprovals',
    name: 'stages',
  },
  directory: { path: '/beta/roleManagement/directory/roleAssignmentApprovals', name: 'steps' },
} as const;

type GraphSurface = keyof typeof STAGES;
const MOST_STAGES = 5;

function approvalOf(eye: Eye, surface: GraphSurface, row: Row): Promise<Sight> | null {
  const id = textIn(row, 'approvalId') ?? textIn(row, 'id') ?? '';
  const { path, name } = STAGES[surface];
  return isId(id) ? eye.see('graph', withQuery(`${path}/${id}`, { expand: name })) : null;
}

function isOpen(stage: Row): boolean {
  const isUndecided = isSameText(textIn(stage, 'reviewResult'), 'NotReviewed');
  return (
    isUndecided &&
    isSameText(textIn(stage, 'status'), 'InProgress') &&
    stage['assignedToMe'] === true
  );
}

async function isDecidable(eye: Eye, surface: GraphSurface, row: Row): Promise<boolean> {
  const sight = await approvalOf(eye, surface, row);
  const stages = listIn(sight?.body ?? {}, STAGES[surface].name) ?? [];
  return stages.map(rowOf).some(isOpen);
}

async function awaiting(eye: Eye, surface: Surface): Promise<Part> {
  if (surface === 'azure') throw new TypeError('not of Azure');
  const rows = await eye.list(surface, 'awaiting');
  if (rows.length === 0) return unseen('no row.', 'a request of somebody else to decide about');
  const words = rows.map((row) => wordIn(row, 'status'));
  const waiting = rows
    .filter((row) => isSameText(textIn(row, 'status'), 'PendingApproval'))
    .slice(0, MOST_STAGES);
  let stale = 0;
  for (const row of waiting) if (!(await isDecidable(eye, surface, row))) stale += 1;
  const of = `of ${waiting.length} that wait, ${stale} without an open stage of the caller's`;
  return part(stale === 0, `${tally(words)}; ${of}.`);
}

const MORE = 'PrivilegedAccess.ReadWrite.AzureAD';

async function roleApproval(eye: Eye): Promise<Part> {
  await eye.readable(['directory']);
  const { scopes } = await eye.token('graph');
  if (scopes.some((scope) => isSameText(scope, MORE)))
    return unseen('The token has both permissions.', `an app without ${MORE}`);
  const [row] = await eye.list('directory', 'awaiting');
  const sight = row && (await approvalOf(eye, 'directory', row));
  if (!sight)
    return unseen('No request to decide about.', "a request for a role that awaits one's decision");
  const { status, code } = sight;
  return part(status !== 403, `Reading its steps: ${status}${code === null ? '' : ` ${code}`}.`);
}

export const REQUEST_CHECKS: readonly Check[] = [
  {
    id: 'request-statuses',
    question: 'Which statuses do own requests have?',
    assumes: 'Those that we know.',
    look: async (eye) => perSurface(await eye.readable(ALL), (surface) => statuses(eye, surface)),
  },
  {
    id: 'group-prolonging',
    question: 'Are there requests for groups with selfExtend or selfRenew?',
    assumes: 'There are none.',
    look: async (eye) => together([await prolonged(eye)]),
  },
  {
    id: 'later-status',
    question: 'Which status has a request that starts later?',
    assumes: 'Granted or ScheduleCreated.',
    look: async (eye) => perSurface(await eye.readable(ALL), (surface) => later(eye, surface)),
  },
  {
    id: 'requests-kept',
    question: 'How long do finished requests stay in the lists?',
    assumes: 'At least 30 days.',
    look: async (eye) => perSurface(await eye.readable(ALL), (surface) => kept(eye, surface)),
  },
  {
    id: 'approver-rows',
    question: "What is in an approver's list?",
    assumes: 'What waits there can be decided about by the caller.',
    look: async (eye) =>
      perSurface(await eye.readable(['group', 'directory']), (surface) => awaiting(eye, surface)),
  },
  {
    id: 'role-approval-permission',
    question: `May who lacks ${MORE} read approvals of Entra roles (beta)?`,
    assumes: 'Yes, with RoleAssignmentSchedule.ReadWrite.Directory.',
    look: async (eye) => together([await roleApproval(eye)]),
  },
];
