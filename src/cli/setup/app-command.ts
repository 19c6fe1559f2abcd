import { adminConsentUrl } from '../../domain/admin-consent.ts';
import { appPermissions, PURPOSES, type Purpose } from '../../domain/app-permissions.ts';
import type { Settings } from '../../domain/settings.ts';
import type { ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { applyApp, type Applied } from './app-apply.ts';
import { newAppSteps } from './app-plan.ts';
import { scriptOf } from './app-script.ts';
import type { SetupWorld } from './world.ts';

type Flags = Readonly<Record<string, unknown>>;

const NAME = 'Entra PIM';
const AGENTS_NAME = 'Entra PIM (agents)';
/** Nothing that a shell or Microsoft would take for more than a letter. */
const FIT_NAME = /^[\p{L}\p{N} ()'.,_-]{1,100}$/u;

const AGENTS = [
  'A registration of its own lets the tenant treat what agents do apart from what people type:',
  '  - Put its client id into the configuration of AI clients only; use the other one in shells.',
  '  - Enterprise applications > it > Properties > Assignment required: only those assigned may use it.',
  '  - Conditional Access: name it under Target resources where your tenant lists it.',
  '  - Sign-in logs name it; disabling it stops every agent, and nobody else.',
];

function say(io: Io, lines: readonly string[]): void {
  for (const line of lines) io.err(`${line}\n`);
}

function isPurpose(text: string): text is Purpose {
  return PURPOSES.some((purpose) => purpose === text);
}

interface Wish {
  readonly purpose: Purpose;
  readonly name: string;
}

/** What is wrong with the flags is a text. */
function wishFrom(flags: Flags): Wish | string {
  const { for: purpose = 'activate', agents, name } = flags;
  if (typeof purpose !== 'string' || !isPurpose(purpose))
    return `--for: write one of ${PURPOSES.join(', ')}.`;
  const byDefault = agents === true ? AGENTS_NAME : NAME;
  const chosen = typeof name === 'string' ? name.trim() : byDefault;
  if (!FIT_NAME.test(chosen))
    return "--name: write letters, digits, spaces and ()'.,_- only, at most 100.";
  return { purpose, name: chosen };
}

/** The address with the ids in it; with names in their place where they are not known yet. */
function consentUrl(settings: Settings, { appId, tenantId }: Partial<Applied>): string {
  return adminConsentUrl({
    endpoints: settings.endpoints,
    tenant: { value: tenantId ?? settings.tenant?.value ?? 'YOUR-TENANT-ID', source: 'setup' },
    clientId: { value: appId ?? 'YOUR-CLIENT-ID', source: 'setup' },
  });
}

function useSteps(ids: string, { command }: Io): string[] {
  return [`  2. Set ${ids}.`, `  3. ${command} login, then ${command} setup client all --write`];
}

/** The environment that `setup client` runs in is what AI clients get. */
function useStepsOfAgents(ids: string, { command }: Io): string[] {
  return [
    `  2. In a new shell set ${ids}.`,
    `  3. There: ${command} setup client all --write. Your other shells keep their own client id.`,
  ];
}

function nextSteps(
  url: string,
  { appId, tenantId }: Partial<Applied>,
  useStepsIn: (ids: string) => string[],
): string[] {
  const ids = `AZURE_CLIENT_ID=${appId ?? 'the printed id'} and AZURE_TENANT_ID=${tenantId ?? 'your tenant id'}`;
  return [
    'Next:',
    `  1. As an administrator grant consent: ${url}`,
    '     (It ends on a page of localhost that cannot be opened. That is as it should be.)',
    ...useStepsIn(ids),
  ];
}

function aboutPurpose({ purpose }: Wish): string[] {
  if (purpose !== 'approve') return [];
  return [
    'Approving needs what activating needs. If Microsoft refuses approvals of Entra roles, add PrivilegedAccess.ReadWrite.AzureAD by hand.',
  ];
}

/** Prints how to register the app, or does it through the Azure CLI (`--apply`). */
export async function runAppSetup(
  flags: Flags,
  given: { readonly io: Io; readonly world: SetupWorld },
): Promise<ExitCode> {
  const { io, world } = given;
  const wish = wishFrom(flags);
  if (typeof wish === 'string') {
    say(io, [`Error: ${wish}`]);
    return 2;
  }
  const settings = world.registration();
  const isAzure = flags['azure'] === true;
  const permissions = appPermissions(wish.purpose, isAzure ? ['graph', 'arm'] : ['graph']);
  const isForAgents = flags['agents'] === true;
  const use = (ids: string): string[] => (isForAgents ? useStepsOfAgents : useSteps)(ids, io);
  say(io, [...(isForAgents ? AGENTS : []), ...aboutPurpose(wish)]);
  if (flags['apply'] !== true) {
    io.out(`${scriptOf(newAppSteps(wish.name, permissions))}\n`);
    say(io, nextSteps(consentUrl(settings, {}), {}, use));
    return 0;
  }
  const applied = await applyApp(
    {
      name: wish.name,
      permissions,
      isUpdate: flags['update'] === true,
      isGrant: flags['grantConsent'] === true,
      isConfirmed: flags['yes'] === true,
    },
    settings,
    given,
  );
  io.out(`AZURE_CLIENT_ID=${applied.appId}\nAZURE_TENANT_ID=${applied.tenantId}\n`);
  say(io, nextSteps(consentUrl(settings, applied), applied, use));
  return 0;
}
