import * as z from 'zod';
import type { AppPermission } from '../../domain/app-permissions.ts';
import type { RunAz } from '../../domain/az.ts';
import { isPimError, PimError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/settings.ts';
import { cleanName, quoted } from '../../domain/text.ts';
import type { Io } from '../io.ts';
import { APP, GRANT_STEP, newAppSteps, PRINCIPAL_STEP, type AzStep } from './app-plan.ts';
import {
  domainsOf,
  findApp,
  hasPrincipal,
  isWebRedirect,
  missingSteps,
  signedInTo,
  type Application,
} from './app-state.ts';
import { azJson, azText } from './az-call.ts';
import type { SetupWorld } from './world.ts';

export interface AppWish {
  readonly name: string;
  readonly permissions: readonly AppPermission[];
  readonly isUpdate: boolean;
  readonly isGrant: boolean;
  readonly isConfirmed: boolean;
}

/** The app as it is now, and where. */
export interface Applied {
  readonly appId: string;
  readonly tenantId: string;
}

const CLOUDS: Readonly<Record<string, readonly string[]>> = {
  AzureCloud: ['Azure public cloud'],
  AzureUSGovernment: ['Azure US Government', 'Azure US Government (DoD)'],
  AzureChinaCloud: ['Azure China'],
};

interface Place {
  readonly az: RunAz;
  readonly settings: Settings;
}

/** A tenant is set by its id, or by one of its domains, which only the tenant itself can tell. */
async function isTenant(
  wanted: string,
  tenantId: string,
  { az, settings }: Place,
): Promise<boolean> {
  const name = wanted.toLowerCase();
  if (!name.includes('.')) return name === tenantId.toLowerCase();
  return (await domainsOf(az, settings.endpoints.graphOrigin)).includes(name);
}

/** @throws PimError when the Azure CLI is at home somewhere else than the settings say */
async function demandSamePlace(
  { tenantId, environmentName }: { readonly tenantId: string; readonly environmentName: string },
  place: Place,
): Promise<void> {
  const { tenant, endpoints } = place.settings;
  const clouds = CLOUDS[environmentName] ?? [environmentName];
  if (!clouds.includes(endpoints.cloud))
    throw new PimError(
      'configuration',
      `The Azure CLI works in ${quoted(cleanName(environmentName))}, the settings say ${endpoints.cloud}.`,
      { fix: 'Run "az cloud set" or correct AZURE_CLOUD.' },
    );
  if (tenant === null || (await isTenant(tenant.value, tenantId, place))) return;
  throw new PimError(
    'configuration',
    `The Azure CLI is signed in to tenant ${tenantId}, the settings say ${tenant.value} (${tenant.source}).`,
    {
      fix: `Run "az login --allow-no-subscriptions --tenant ${tenant.value}", or correct the setting.`,
    },
  );
}

interface Plan {
  readonly app: Application | null;
  readonly steps: readonly AzStep[];
}

async function planFor(wish: AppWish, { az }: SetupWorld): Promise<Plan> {
  const grant = wish.isGrant ? [GRANT_STEP] : [];
  const app = await findApp(az, wish.name);
  if (app === null) return { app, steps: [...newAppSteps(wish.name, wish.permissions), ...grant] };
  const principal = (await hasPrincipal(az, app.appId)) ? [] : [PRINCIPAL_STEP];
  return { app, steps: [...missingSteps(app, wish.permissions), ...principal, ...grant] };
}

function demandUpdate({ app, steps }: Plan, wish: AppWish): void {
  const changes = steps.filter((step) => step !== GRANT_STEP);
  if (app === null || changes.length === 0 || wish.isUpdate) return;
  const lacks = changes.map(({ does }) => does).join('; ');
  throw new PimError(
    'configuration',
    `There is an app ${quoted(cleanName(wish.name))} already (${app.appId}), which lacks something: ${lacks}.`,
    { fix: 'Add --update to bring it up to date (nothing is removed), or choose another --name.' },
  );
}

async function demandConfirmation(isConfirmed: boolean, world: SetupWorld): Promise<void> {
  if (isConfirmed) return;
  const answer = await world.ask('Type yes to run this: ');
  if (answer === null)
    throw new PimError('configuration', 'Nobody is there to confirm it.', {
      fix: 'Read the plan above, then add --yes.',
    });
  if (answer.trim().toLowerCase() === 'yes') return;
  throw new PimError('cancelled', 'Nothing was run.', { fix: 'Type yes, or add --yes.' });
}

const created = z.looseObject({ appId: z.string() });

/** A new app takes a moment until all of Microsoft's servers know it. */
const ATTEMPTS = 4;
const PAUSE_MS = 5000;
const NOT_THERE_YET = /does not reference a valid application|does not exist|NotFound/iu;

async function patiently(world: SetupWorld, args: readonly string[], attempt = 1): Promise<void> {
  try {
    await azText(world.az, args);
  } catch (error) {
    const isLagging = isPimError(error) && NOT_THERE_YET.test(error.message);
    if (!isLagging || attempt === ATTEMPTS) throw error;
    await world.clock.sleep(PAUSE_MS);
    await patiently(world, args, attempt + 1);
  }
}

/** Says what is there now, and how to go on: the next run finds it. */
function unfinished(error: unknown, done: readonly AzStep[], appId: string | null): unknown {
  if (!isPimError(error) || appId === null) return error;
  const list = done.map(({ does }) => does).join('; ');
  const fixes = [error.details.fix, 'Then go on with the same command and --update.'];
  return new PimError(
    error.code,
    `${error.message} The app exists (${appId}). Done so far: ${list || 'nothing'}. The rest is missing.`,
    { ...error.details, fix: fixes.filter((fix) => fix !== undefined).join(' ') },
  );
}

async function run({ app, steps }: Plan, io: Io, world: SetupWorld): Promise<string> {
  const done: AzStep[] = [];
  let appId = app?.appId ?? null;
  for (const step of steps) {
    io.err(`${step.does} …\n`);
    try {
      if (step.isCreate) appId = (await azJson(world.az, step.args, created)).appId;
      else {
        const id = appId ?? '';
        await patiently(
          world,
          step.args.map((word) => (word === APP ? id : word)),
        );
      }
    } catch (error) {
      throw unfinished(error, done, appId);
    }
    done.push(step);
  }
  return appId ?? '';
}

function showPlan({ app, steps }: Plan, where: string, io: Io): void {
  io.err(`In tenant ${where}${app === null ? '' : `, app ${app.appId}`}:\n`);
  for (const { does, args } of steps) io.err(`  ${does}.\n    az ${args.join(' ')}\n`);
  if (app !== null && isWebRedirect(app))
    io.err('Note: the app has http://localhost under "Web" as well; remove it there.\n');
}

/**
 * Registers the app, or brings it up to date, through the Azure CLI: what it is about to do is shown
 * and confirmed first. A second run changes nothing.
 * @throws PimError saying what exists by then
 */
export async function applyApp(
  wish: AppWish,
  settings: Settings,
  { io, world }: { readonly io: Io; readonly world: SetupWorld },
): Promise<Applied> {
  const account = await signedInTo(world.az);
  await demandSamePlace(account, { az: world.az, settings });
  const { tenantId, user } = account;
  const plan = await planFor(wish, world);
  demandUpdate(plan, wish);
  if (plan.app !== null && plan.steps.length === 0) {
    io.err('The app is there, and complete. Nothing was run.\n');
    return { appId: plan.app.appId, tenantId };
  }
  showPlan(plan, `${tenantId}, as ${cleanName(user?.name ?? 'somebody')}`, io);
  await demandConfirmation(wish.isConfirmed, world);
  return { appId: await run(plan, io, world), tenantId };
}
