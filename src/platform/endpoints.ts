import { PimError } from '../domain/errors.ts';
import { PUBLIC_CLOUD, type Endpoints, type Sourced } from '../domain/settings.ts';
import { cleanName, quoted } from '../domain/text.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Graph and Azure Resource Manager belong to their cloud; the first one of an authority is what it
 * means by itself. Source: Microsoft Learn, "National cloud deployments".
 */
const CLOUDS: readonly Endpoints[] = [
  PUBLIC_CLOUD,
  {
    cloud: 'Azure US Government',
    authority: { kind: 'microsoft', origin: 'https://login.microsoftonline.us' },
    graphOrigin: 'https://graph.microsoft.us',
    armOrigin: 'https://management.usgovcloudapi.net',
  },
  {
    cloud: 'Azure US Government (DoD)',
    authority: { kind: 'microsoft', origin: 'https://login.microsoftonline.us' },
    graphOrigin: 'https://dod-graph.microsoft.us',
    armOrigin: 'https://management.usgovcloudapi.net',
  },
  {
    cloud: 'Azure China',
    authority: { kind: 'microsoft', origin: 'https://login.partner.microsoftonline.cn' },
    graphOrigin: 'https://microsoftgraph.chinacloudapi.cn',
    armOrigin: 'https://management.chinacloudapi.cn',
  },
];

/** An API that tokens are for, and the setting that names its address. */
interface Api {
  readonly name: string;
  readonly variable: string;
  readonly originIn: (cloud: Endpoints) => string;
}

const GRAPH: Api = {
  name: 'Microsoft Graph',
  variable: 'ENTRA_PIM_GRAPH_URL',
  originIn: ({ graphOrigin }) => graphOrigin,
};

const ARM: Api = {
  name: 'Azure Resource Manager',
  variable: 'ENTRA_PIM_ARM_URL',
  originIn: ({ armOrigin }) => armOrigin,
};

/**
 * What the Azure world calls its clouds, in lower case, without signs. Source: Azure CLI `az cloud
 * list`, and the names that Azure PowerShell and Microsoft Graph use.
 */
const CLOUD_NAMES: Readonly<Record<string, string>> = {
  azurecloud: 'Azure public cloud',
  azurepubliccloud: 'Azure public cloud',
  public: 'Azure public cloud',
  global: 'Azure public cloud',
  azureusgovernment: 'Azure US Government',
  azureusgovernmentcloud: 'Azure US Government',
  usgov: 'Azure US Government',
  azureusgovernmentdod: 'Azure US Government (DoD)',
  azuredod: 'Azure US Government (DoD)',
  usgovdod: 'Azure US Government (DoD)',
  azurechinacloud: 'Azure China',
  azurechina: 'Azure China',
  china: 'Azure China',
};

const SPELT = 'AzureCloud, AzureUSGovernment, AzureUSGovernmentDoD or AzureChinaCloud';

interface Host {
  readonly kind: Endpoints['authority']['kind'];
  readonly origin: string;
}

function refuse({ value, source }: Sourced<string>, what: string): PimError {
  return new PimError('configuration', `${source} is ${quoted(cleanName(value))}: ${what}.`, {
    fix: `Leave ${source} out for the public cloud, or set it to an https address without a path.`,
  });
}

/** A bare host name means https, as elsewhere in the Azure world. */
function readHost(setting: Sourced<string>): Host {
  const text = setting.value.includes('://') ? setting.value : `https://${setting.value}`;
  if (!URL.canParse(text)) throw refuse(setting, 'that is no address');
  const { protocol, hostname, origin, href } = new URL(text);
  if (href !== `${origin}/`) throw refuse(setting, 'only a scheme, a host and a port belong there');
  if (protocol === 'https:') return { kind: 'microsoft', origin };
  if (protocol === 'http:' && LOOPBACK.includes(hostname)) return { kind: 'simulator', origin };
  throw refuse(setting, 'plain http is for a simulator on this machine only');
}

function cloudsOf(authority: Host): readonly Endpoints[] {
  return CLOUDS.filter(({ authority: { origin } }) => origin === authority.origin);
}

function defaultOrigin(authority: Host, { name, variable, originIn }: Api): string {
  const [cloud] = cloudsOf(authority);
  if (cloud) return originIn(cloud);
  throw new PimError(
    'configuration',
    `AZURE_AUTHORITY_HOST names a cloud whose ${name} is not known.`,
    { fix: `Set ${variable} to the ${name} address of that cloud as well.` },
  );
}

/** A cloud that we know has its own APIs and no others: tokens of its people go nowhere else. */
function demandOriginOf(
  authority: Host,
  { origin }: Host,
  { value, source }: Sourced<string>,
  { name, originIn }: Api,
): void {
  const origins = [...new Set(cloudsOf(authority).map(originIn))];
  if (origins.length === 0 || origins.includes(origin)) return;
  throw new PimError(
    'configuration',
    `${source} is ${quoted(cleanName(value))}: that is not the ${name} of ${authority.origin}.`,
    { fix: `Leave ${source} out, or set it to ${origins.join(' or ')}.` },
  );
}

/** Both real, or both the simulator: a token of one never goes to the other. */
function originOf(authority: Host, setting: Sourced<string> | null, api: Api): string {
  if (setting === null) return defaultOrigin(authority, api);
  const host = readHost(setting);
  if (host.kind !== authority.kind) {
    throw new PimError(
      'configuration',
      `AZURE_AUTHORITY_HOST and ${api.variable} do not belong together: one is a simulator, one is not.`,
      {
        fix: `Set AZURE_AUTHORITY_HOST, ${GRAPH.variable} and ${ARM.variable} to the simulator, or none of them.`,
      },
    );
  }
  demandOriginOf(authority, host, setting, api);
  return host.origin;
}

function nameOf(authority: Host, graphOrigin: string): string {
  if (authority.kind === 'simulator') return 'simulator';
  const same = cloudsOf(authority).find((cloud) => cloud.graphOrigin === graphOrigin);
  return same?.cloud ?? new URL(authority.origin).host;
}

/** @throws PimError `configuration` for a name that no cloud has. */
function cloudNamed({ value, source }: Sourced<string>): Endpoints {
  const name = CLOUD_NAMES[value.toLowerCase().replaceAll(/[\s_-]/gu, '')];
  const found = CLOUDS.find(({ cloud }) => cloud === name);
  if (found) return found;
  throw new PimError('configuration', `${source} is ${quoted(cleanName(value))}: no known cloud.`, {
    fix: `Set ${source} to ${SPELT}. For another cloud leave it out and set AZURE_AUTHORITY_HOST, ${GRAPH.variable} and ${ARM.variable}.`,
  });
}

/** As the environment gives them; `null` = not set. */
interface Hosts {
  readonly authorityHost: Sourced<string> | null;
  readonly graphUrl: Sourced<string> | null;
  readonly armUrl: Sourced<string> | null;
}

interface EndpointSettings extends Hosts {
  /** A known cloud by its name. */
  readonly cloud: Sourced<string> | null;
}

/** A cloud by its name has all its hosts. Those given beside it may only say the same. */
function endpointsOf(cloud: Endpoints, name: Sourced<string>, hosts: Hosts): Endpoints {
  const origins = [
    [hosts.authorityHost, cloud.authority.origin],
    [hosts.graphUrl, cloud.graphOrigin],
    [hosts.armUrl, cloud.armOrigin],
  ] as const;
  for (const [setting, origin] of origins) {
    if (setting === null || readHost(setting).origin === origin) continue;
    throw new PimError(
      'configuration',
      `${setting.source} is ${quoted(cleanName(setting.value))}: that is not in ${cloud.cloud}.`,
      { fix: `Leave out ${setting.source} or ${name.source}: each of them says where to go.` },
    );
  }
  return cloud;
}

/**
 * Where to sign in, and where Graph and Azure are. The APIs of a known cloud cannot be replaced; those
 * of an unknown one, or of a simulator, must all be named.
 * @throws PimError `configuration`
 */
export function readEndpoints({ cloud, ...hosts }: EndpointSettings): Endpoints {
  if (cloud !== null) return endpointsOf(cloudNamed(cloud), cloud, hosts);
  const { authorityHost, graphUrl, armUrl } = hosts;
  const authority: Host = authorityHost ? readHost(authorityHost) : PUBLIC_CLOUD.authority;
  const graphOrigin = originOf(authority, graphUrl, GRAPH);
  const armOrigin = originOf(authority, armUrl, ARM);
  return { cloud: nameOf(authority, graphOrigin), authority, graphOrigin, armOrigin };
}
