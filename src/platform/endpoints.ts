import { PimError } from '../domain/errors.ts';
import { PUBLIC_CLOUD, type Endpoints, type Sourced } from '../domain/settings.ts';
import { cleanName, quoted } from '../domain/text.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Graph belongs to its cloud. Source: Microsoft Learn, "National cloud deployments". */
const CLOUDS: readonly Endpoints[] = [
  PUBLIC_CLOUD,
  {
    cloud: 'Azure US Government',
    authority: { kind: 'microsoft', origin: 'https://login.microsoftonline.us' },
    graphOrigin: 'https://graph.microsoft.us',
  },
  {
    cloud: 'Azure China',
    authority: { kind: 'microsoft', origin: 'https://login.partner.microsoftonline.cn' },
    graphOrigin: 'https://microsoftgraph.chinacloudapi.cn',
  },
];

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

function graphOf(authority: Host): string {
  const cloud = CLOUDS.find(({ authority: { origin } }) => origin === authority.origin);
  if (cloud) return cloud.graphOrigin;
  throw new PimError(
    'configuration',
    'AZURE_AUTHORITY_HOST names a cloud whose Graph is not known.',
    {
      fix: 'Set ENTRA_PIM_GRAPH_URL to the Microsoft Graph address of that cloud as well.',
    },
  );
}

function nameOf(authority: Host, graphOrigin: string): string {
  if (authority.kind === 'simulator') return 'simulator';
  const same = CLOUDS.find(
    (cloud) => cloud.authority.origin === authority.origin && cloud.graphOrigin === graphOrigin,
  );
  return same?.cloud ?? new URL(authority.origin).host;
}

/**
 * Where to sign in and where Graph is. Both real, or both the simulator: a token of one never goes to
 * the other.
 * @throws PimError `configuration`
 */
export function readEndpoints(
  authorityHost: Sourced<string> | null,
  graphUrl: Sourced<string> | null,
): Endpoints {
  const authority: Host = authorityHost ? readHost(authorityHost) : PUBLIC_CLOUD.authority;
  const graph = graphUrl ? readHost(graphUrl) : { kind: 'microsoft', origin: graphOf(authority) };
  if (graph.kind !== authority.kind) {
    throw new PimError(
      'configuration',
      'AZURE_AUTHORITY_HOST and ENTRA_PIM_GRAPH_URL do not belong together: one is a simulator, one is not.',
      { fix: 'Set both to the simulator, or neither.' },
    );
  }
  return { cloud: nameOf(authority, graph.origin), authority, graphOrigin: graph.origin };
}
