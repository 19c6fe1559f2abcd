import { PimError } from '../domain/errors.ts';
import { PUBLIC_CLOUD, type Endpoints, type Sourced } from '../domain/settings.ts';
import { cleanName, quoted } from '../domain/text.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Graph belongs to its cloud; the first one of an authority is what it means by itself.
 * Source: Microsoft Learn, "National cloud deployments".
 */
const CLOUDS: readonly Endpoints[] = [
  PUBLIC_CLOUD,
  {
    cloud: 'Azure US Government',
    authority: { kind: 'microsoft', origin: 'https://login.microsoftonline.us' },
    graphOrigin: 'https://graph.microsoft.us',
  },
  {
    cloud: 'Azure US Government (DoD)',
    authority: { kind: 'microsoft', origin: 'https://login.microsoftonline.us' },
    graphOrigin: 'https://dod-graph.microsoft.us',
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

function cloudsOf(authority: Host): readonly Endpoints[] {
  return CLOUDS.filter(({ authority: { origin } }) => origin === authority.origin);
}

function graphOf(authority: Host): string {
  const [cloud] = cloudsOf(authority);
  if (cloud) return cloud.graphOrigin;
  throw new PimError(
    'configuration',
    'AZURE_AUTHORITY_HOST names a cloud whose Graph is not known.',
    {
      fix: 'Set ENTRA_PIM_GRAPH_URL to the Microsoft Graph address of that cloud as well.',
    },
  );
}

/** A cloud that we know has its own Graph and no other: tokens of its people go nowhere else. */
function demandGraphOf(authority: Host, { origin }: Host, setting: Sourced<string>): void {
  const graphs = cloudsOf(authority).map(({ graphOrigin }) => graphOrigin);
  if (graphs.length === 0 || graphs.includes(origin)) return;
  const { value, source } = setting;
  throw new PimError(
    'configuration',
    `${source} is ${quoted(cleanName(value))}: that is not the Microsoft Graph of ${authority.origin}.`,
    { fix: `Leave ${source} out, or set it to ${graphs.join(' or ')}.` },
  );
}

function nameOf(authority: Host, graphOrigin: string): string {
  if (authority.kind === 'simulator') return 'simulator';
  const same = cloudsOf(authority).find((cloud) => cloud.graphOrigin === graphOrigin);
  return same?.cloud ?? new URL(authority.origin).host;
}

/**
 * Where to sign in and where Graph is. Both real, or both the simulator: a token of one never goes to
 * the other. The Graph of a known cloud cannot be replaced.
 * @throws PimError `configuration`
 */
export function readEndpoints(
  authorityHost: Sourced<string> | null,
  graphUrl: Sourced<string> | null,
): Endpoints {
  const authority: Host = authorityHost ? readHost(authorityHost) : PUBLIC_CLOUD.authority;
  const graph: Host = graphUrl
    ? readHost(graphUrl)
    : { kind: 'microsoft', origin: graphOf(authority) };
  if (graph.kind !== authority.kind) {
    throw new PimError(
      'configuration',
      'AZURE_AUTHORITY_HOST and ENTRA_PIM_GRAPH_URL do not belong together: one is a simulator, one is not.',
      { fix: 'Set both to the simulator, or neither.' },
    );
  }
  if (graphUrl) demandGraphOf(authority, graph, graphUrl);
  return { cloud: nameOf(authority, graph.origin), authority, graphOrigin: graph.origin };
}
