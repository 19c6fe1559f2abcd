/** Plausible names by number, for tenants that nobody wants to write by hand. */

const SYSTEMS = [
  'Payments',
  'Billing',
  'Metering',
  'Trading',
  'Forecasting',
  'Outage',
  'Dispatch',
  'Inventory',
  'Payroll',
  'Recruiting',
  'Identity',
  'Messaging',
  'Archive',
  'Reporting',
  'Telemetry',
  'Mapping',
  'Ticketing',
  'Procurement',
  'Treasury',
  'Claims',
  'Fleet',
  'Substation',
  'Charging',
  'Customer',
];
const ENVIRONMENTS = ['Production', 'Staging', 'Test', 'Development'];
const REGIONS = [
  'Nordic',
  'Baltic',
  'Alpine',
  'Iberia',
  'Benelux',
  'Adriatic',
  'Atlantic',
  'Rhine',
];
const DUTIES = [
  'Operators',
  'Readers',
  'Administrators',
  'Support',
  'Deployers',
  'Auditors',
  'Analysts',
  'Engineers',
];
const CITIES = [
  'Aarhus',
  'Bergen',
  'Bilbao',
  'Bremen',
  'Brno',
  'Cork',
  'Faro',
  'Ghent',
  'Graz',
  'Lille',
  'Linz',
  'Lyon',
  'Malmö',
  'Nantes',
  'Oulu',
  'Porto',
  'Riga',
  'Split',
  'Tampere',
  'Tartu',
];
const SITES = ['Office', 'Plant', 'Depot', 'Control Room', 'Laboratory', 'Call Centre'];
const PARTS = [
  'data',
  'network',
  'compute',
  'web',
  'api',
  'cache',
  'queue',
  'logs',
  'keys',
  'backup',
  'batch',
  'search',
  'etl',
  'edge',
  'dns',
  'mail',
  'jobs',
  'registry',
  'monitor',
  'gateway',
];

type Words = readonly (readonly string[])[];

/** Shares no factor with any number of combinations here, so that no name comes twice. */
const STRIDE = 1657;

/** The words of combination `index`; neighbours differ in all of them. Repeats after all of them. */
function combination(words: Words, index: number): string[] {
  const total = words.reduce((product, { length }) => product * length, 1);
  let rest = (index * STRIDE) % total;
  return words.map((list) => {
    const word = list[rest % list.length] ?? '';
    rest = Math.floor(rest / list.length);
    return word;
  });
}

function numbered(words: Words, index: number): string {
  const total = words.reduce((product, { length }) => product * length, 1);
  const round = Math.floor(index / total);
  const name = combination(words, index % total).join(' ');
  return round === 0 ? name : `${name} ${round + 1}`;
}

/** `Payments Production Nordic Operators` */
export function groupName(index: number): string {
  return numbered([SYSTEMS, ENVIRONMENTS, REGIONS, DUTIES], index);
}

/** `Lyon Depot` */
export function unitName(index: number): string {
  return numbered([CITIES, SITES], index);
}

/** `Payments Production Nordic` */
export function subscriptionName(index: number): string {
  return numbered([SYSTEMS, ENVIRONMENTS, REGIONS], index);
}

/** `Payments Nordic` */
export function managementGroupName(index: number): string {
  return numbered([SYSTEMS, REGIONS], index);
}

/** `rg-payments-production-cache`; one subscription has at most twenty of them. */
export function resourceGroupName(subscription: number, index: number): string {
  const [system, environment] = combination([SYSTEMS, ENVIRONMENTS, REGIONS], subscription);
  const part = PARTS[index % PARTS.length];
  return `rg-${system}-${environment}-${part}`.toLowerCase();
}
