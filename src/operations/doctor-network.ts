import { isPimError } from '../domain/errors.ts';
import { RESOURCES } from '../domain/permissions.ts';
import type { Obstacle, Reach, Resource } from '../domain/ports.ts';
import { isAzureApart, type Settings } from '../domain/settings.ts';
import { examined, faulty, found, type Check } from './doctor-check.ts';
import type { Entrance } from './operation.ts';

type Host = 'authority' | Resource;

const HOSTS = {
  authority: {
    title: 'Sign-in',
    address: ({ endpoints, tenant }) =>
      `${endpoints.authority.origin}/${tenant?.value ?? 'organizations'}/v2.0/.well-known/openid-configuration`,
  },
  graph: { title: 'Microsoft Graph', address: ({ endpoints }) => `${endpoints.graphOrigin}/v1.0/` },
  arm: {
    title: 'Azure Resource Manager',
    address: ({ endpoints }) => `${endpoints.armOrigin}/metadata/endpoints?api-version=2022-09-01`,
  },
} as const satisfies Record<
  Host,
  { readonly title: string; readonly address: (settings: Settings) => string }
>;

const OBSTACLES = {
  name: {
    what: 'its name cannot be resolved',
    fix: 'Check the DNS of this network. Behind a proxy set HTTPS_PROXY.',
  },
  refused: {
    what: 'the connection was refused',
    fix: 'Have the firewall allow HTTPS to it. Behind a proxy set HTTPS_PROXY.',
  },
  certificate: {
    what: 'its certificate is not trusted',
    fix: 'If your company inspects TLS, set NODE_EXTRA_CA_CERTS to a file with its certificate authority. If not, do not sign in from this network.',
  },
  proxy: {
    what: 'the proxy cannot be reached, or would not connect',
    fix: 'Check HTTPS_PROXY and NO_PROXY, and the user name and password in it.',
  },
  silent: {
    what: 'there was no answer in time',
    fix: 'Check the network and the firewall. Behind a proxy set HTTPS_PROXY.',
  },
  broken: {
    what: 'the connection broke',
    fix: 'Try again. If it stays, look for a proxy or a firewall in between.',
  },
} as const satisfies Record<Obstacle, { readonly what: string; readonly fix: string }>;

function reachCheck(host: Host, reach: Reach, settings: Settings): Check {
  const { title, address } = HOSTS[host];
  const via = reach.proxy === null ? 'directly' : `through the proxy ${reach.proxy}`;
  const whom = `${title} (${new URL(address(settings)).host}, ${via})`;
  if (reach.kind !== 'answered') {
    const { what, fix } = OBSTACLES[reach.kind];
    const code = reach.code === null ? '' : ` (${reach.code})`;
    return found(host, 'failed', `${whom}: ${what}${code}.`, fix);
  }
  return reach.status >= 500
    ? found(host, 'warning', `${whom} has trouble: status ${reach.status}.`, 'Try again later.')
    : found(host, 'ok', `${whom} answers.`);
}

const WARN_SECONDS = 60;
const FAIL_SECONDS = 300;

function clockState(seconds: number): 'ok' | 'warning' | 'failed' {
  if (seconds > FAIL_SECONDS) return 'failed';
  return seconds > WARN_SECONDS ? 'warning' : 'ok';
}

/** Microsoft judges times by its own clock. */
function clockCheck(reach: Reach, now: Date): Check {
  const date = reach.kind === 'answered' ? reach.date : null;
  if (date === null)
    return found('clock', 'unknown', "The clock could not be compared with Microsoft's.");
  const ahead = Math.round((now.getTime() - date.getTime()) / 1000);
  const seconds = Math.abs(ahead);
  const state = clockState(seconds);
  if (state === 'ok') return found('clock', 'ok', "The clock agrees with Microsoft's.");
  return found(
    'clock',
    state,
    `The clock of this machine is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} Microsoft's.`,
    'Have the system set its clock by itself: times of sign-ins and activations depend on it.',
  );
}

const EXISTS = 'exists, is not blocked and takes http://localhost';

async function appCheck({ diagnostics, settings }: Entrance): Promise<Check> {
  return examined('app', async () => {
    await diagnostics.app('graph');
    return found('app', 'ok', `The app ${settings.clientId.value} ${EXISTS}.`);
  });
}

/** Azure is an extra: without its app the rest works. */
async function azureAppCheck({ diagnostics, settings }: Entrance): Promise<Check> {
  const name = 'app for azure';
  const check = await examined(name, async () => {
    await diagnostics.app('arm');
    return found(name, 'ok', `The app for Azure, ${settings.azureClientId.value}, ${EXISTS}.`);
  });
  return check.state === 'failed' ? { ...check, state: 'warning' } : check;
}

/** One app for both APIs, or one for each. */
function appChecks(entrance: Entrance): Promise<Check[]> {
  const isApart = isAzureApart(entrance.settings);
  return Promise.all([appCheck(entrance), ...(isApart ? [azureAppCheck(entrance)] : [])]);
}

/** Any answer is one: a host that refuses is a host that was reached. */
function didAnswer(reach: Reach): boolean {
  return reach.kind === 'answered';
}

export interface NetworkFindings {
  readonly checks: readonly Check[];
  /** APIs worth asking more. */
  readonly reached: ReadonlySet<Resource>;
}

type Reaches = Readonly<Record<Host, Reach>>;

/**
 * The three hosts at the same time. A proxy setting that makes no sense stands in the way of all.
 * @throws PimError `cancelled`, `configuration`
 */
async function reachAll({ diagnostics, settings, call }: Entrance): Promise<Reaches> {
  const reach = (host: Host): Promise<Reach> =>
    diagnostics.probe(HOSTS[host].address(settings), call);
  const [authority, graph, arm] = await Promise.all([
    reach('authority'),
    reach('graph'),
    reach('arm'),
  ]);
  return { authority, graph, arm };
}

async function checksOf(reaches: Reaches, entrance: Entrance): Promise<Check[]> {
  const { settings, clock } = entrance;
  const { authority, graph, arm } = reaches;
  const now = clock.now();
  const apps = didAnswer(authority)
    ? await appChecks(entrance)
    : [found('app', 'unknown', 'Whether the app exists could not be asked.')];
  return [
    reachCheck('authority', authority, settings),
    reachCheck('graph', graph, settings),
    reachCheck('arm', arm, settings),
    clockCheck(authority, now),
    ...apps,
  ];
}

/** Whether the hosts answer, then what the first of them says of clock and app. */
export async function networkChecks(entrance: Entrance): Promise<NetworkFindings> {
  let reaches: Reaches;
  try {
    reaches = await reachAll(entrance);
  } catch (error) {
    if (!isPimError(error) || error.code !== 'configuration') throw error;
    return { checks: [faulty('proxy', error)], reached: new Set() };
  }
  const answering = RESOURCES.filter((api) => didAnswer(reaches[api]));
  return { checks: await checksOf(reaches, entrance), reached: new Set(answering) };
}
