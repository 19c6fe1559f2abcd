import type { MachineDiagnostics, MachineFacts } from '../domain/ports.ts';
import { DEFAULT_CLIENT_ID, type Settings } from '../domain/settings.ts';
import { examined, faulty, found, type Check } from './doctor-check.ts';
import type { Entrance, Groundwork } from './operation.ts';

/** `engines` of the package. */
const OLDEST_NODE = [20, 19] as const;

function nodeCheck({ node, platform }: MachineFacts): Check {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const what = `Node.js ${node} on ${platform}`;
  if (isEnough) return found('node', 'ok', `${what}.`);
  const oldest = OLDEST_NODE.join('.');
  return found('node', 'failed', `${what} is too old.`, `Install Node.js ${oldest} or newer.`);
}

function appText({ clientId }: Settings): string {
  const isDefault = clientId.value.toLowerCase() === DEFAULT_CLIENT_ID;
  const whose = isDefault ? "Microsoft's own app" : 'app';
  return `${whose} ${clientId.value} (${clientId.source})`;
}

function tenantText({ tenant }: Settings): string {
  return tenant === null
    ? 'home tenant of whoever signs in'
    : `tenant ${tenant.value} (${tenant.source})`;
}

/** Values that are no secrets, and the names of all variables with a say. */
function settingsCheck({ variables }: MachineFacts, settings: Settings): Check {
  const set = variables.length === 0 ? 'No variable is set' : `Set: ${variables.join(', ')}`;
  const parts = [settings.endpoints.cloud, tenantText(settings), appText(settings)];
  return found('settings', 'ok', `Settings: ${parts.join(', ')}. ${set}.`);
}

function certificatesCheck({ areCertificatesIgnored }: MachineFacts): Check {
  if (!areCertificatesIgnored)
    return found('certificates', 'ok', 'Certificates of the hosts are checked.');
  return found(
    'certificates',
    'failed',
    'Certificates are not checked (NODE_TLS_REJECT_UNAUTHORIZED=0): whoever is on the way can read and use the sign-in.',
    'Remove NODE_TLS_REJECT_UNAUTHORIZED. For a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS to a file with its certificate authority.',
  );
}

async function storageCheck(diagnostics: MachineDiagnostics): Promise<Check> {
  return examined('storage', async () => {
    const { path, isThere, exposed } = await diagnostics.storage();
    if (!isThere) return found('storage', 'ok', `Nothing is kept yet; it will be in ${path}.`);
    if (exposed.length === 0)
      return found('storage', 'ok', `The folder of the sign-in can be written: ${path}.`);
    return found(
      'storage',
      'warning',
      `Other users of this machine may get at ${exposed.join(', ')} in ${path}. Each use makes it private again.`,
      'If others use this machine, run `entra-pim logout`, then `entra-pim login`.',
    );
  });
}

async function checksAround(diagnostics: MachineDiagnostics, settings: Check): Promise<Check[]> {
  const facts = diagnostics.machine();
  return [nodeCheck(facts), settings, certificatesCheck(facts), await storageCheck(diagnostics)];
}

/** What can be seen without a network. */
export function machineChecks({ diagnostics, settings, signIn }: Entrance): Promise<Check[]> {
  const facts = diagnostics.machine();
  const variables = [...facts.variables, ...signIn.tokensFrom].toSorted();
  return checksAround(diagnostics, settingsCheck({ ...facts, variables }, settings));
}

const LEFT_OUT = found(
  'left out',
  'unknown',
  'Not checked, as that needs the settings: where the key of the sign-in is, the hosts, the clock, the app, the sign-in, permissions, licence and lists.',
  'Correct the setting, then run this again.',
);

/** What can be seen although a setting is wrong, and what cannot. */
export async function groundChecks({ diagnostics, error }: Groundwork): Promise<Check[]> {
  return [...(await checksAround(diagnostics, faulty('settings', error))), LEFT_OUT];
}
