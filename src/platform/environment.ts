import { hours, minutes, isLonger, parseHumanDuration } from '../domain/duration.ts';
import { PimError } from '../domain/errors.ts';
import type { DefaultDuration } from '../domain/plan.ts';
import {
  DEFAULT_AZURE_CLIENT_ID,
  DEFAULT_CLIENT_ID,
  LOG_LEVELS,
  PUBLIC_CLOUD,
  SIGN_IN_WAYS,
  TOKEN_STORES,
  type Endpoints,
  type Settings,
  type Sourced,
} from '../domain/settings.ts';
import { cleanName, quoted } from '../domain/text.ts';
import { readEndpoints } from './endpoints.ts';
import type { Environment } from './http.ts';

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/iu;
const NO_TENANTS = new Set(['common', 'organizations', 'consumers']);

/** PIM allows nothing shorter. */
const SHORTEST = minutes(5);

/** The first of these variables that is set and not blank. */
function firstOf(env: Environment, names: readonly string[]): Sourced<string> | null {
  const found = names
    .map((source) => ({ value: env[source]?.trim() ?? '', source }))
    .find(({ value }) => value !== '');
  return found ?? null;
}

function refuse({ value, source }: Sourced<string>, what: string, fix: string): PimError {
  return new PimError('configuration', `${source} is ${quoted(cleanName(value))}, ${what}.`, {
    fix,
  });
}

function checkTenant(tenant: Sourced<string>): Sourced<string> {
  if (NO_TENANTS.has(tenant.value.toLowerCase())) {
    throw refuse(
      tenant,
      'which names no tenant',
      `Set ${tenant.source} to the tenant id, or leave it out to use the home tenant of whoever signs in.`,
    );
  }
  if (GUID.test(tenant.value) || DOMAIN.test(tenant.value)) return tenant;
  throw refuse(
    tenant,
    'which is neither a tenant id (GUID) nor a domain name',
    `Copy the tenant id from the overview of Microsoft Entra ID into ${tenant.source}.`,
  );
}

function checkClientId(clientId: Sourced<string>): Sourced<string> {
  if (GUID.test(clientId.value)) return clientId;
  throw refuse(
    clientId,
    'which is no application (client) id',
    `Copy the application (client) id of the app registration into ${clientId.source}, or leave it out.`,
  );
}

function readDuration(text: Sourced<string>): Sourced<DefaultDuration> {
  if (/^max(?:imum)?$/iu.test(text.value)) return { value: 'maximum', source: text.source };
  const duration = parseHumanDuration(text.value);
  if (duration && !isLonger(SHORTEST, duration)) return { value: duration, source: text.source };
  throw refuse(
    text,
    'which is no duration of 5 minutes or more',
    `Set ${text.source} to something like 45m, 2h, PT8H, or max.`,
  );
}

function readResponseMode(mode: Sourced<string> | null): Settings['responseMode'] {
  if (mode === null || mode.value === 'form_post') return 'form_post';
  if (mode.value === 'query') return 'query';
  throw refuse(mode, 'which is no response mode', `Set ${mode.source} to form_post or query.`);
}

/** One of a few words, in any case; the first of them when nothing is set. */
function readChoice<Choice extends string>(
  given: Sourced<string> | null,
  choices: readonly [Choice, ...Choice[]],
): Sourced<Choice> {
  if (given === null) return { value: choices[0], source: 'built in' };
  const value = choices.find((choice) => choice === given.value.toLowerCase());
  if (value !== undefined) return { value, source: given.source };
  const fix = `Set ${given.source} to one of ${choices.join(', ')}, or leave it out.`;
  throw refuse(given, 'which is not known', fix);
}

/** An app of one's own serves both APIs. */
function azureClientIdFor(
  given: Sourced<string> | null,
  clientId: Sourced<string>,
): Sourced<string> {
  if (given) return checkClientId(given);
  const isOwn = clientId.value.toLowerCase() !== DEFAULT_CLIENT_ID;
  return isOwn ? clientId : { value: DEFAULT_AZURE_CLIENT_ID, source: 'built in' };
}

/** @throws PimError `configuration`: Microsoft's own app has not the same grants in every cloud. */
function demandOwnApp(clientId: Sourced<string> | null, { authority, cloud }: Endpoints): void {
  const isElsewhere =
    authority.kind === 'microsoft' && authority.origin !== PUBLIC_CLOUD.authority.origin;
  if (clientId !== null || !isElsewhere) return;
  throw new PimError('configuration', `${cloud} needs an app registration of your own.`, {
    fix: 'Register the app in that cloud (README, "App registration") and set AZURE_CLIENT_ID to its client id.',
  });
}

/**
 * What the environment says. A blank variable counts as not set; our own names win over those of the
 * Azure world, which often name a service principal.
 * @throws PimError `configuration` naming the variable to mend.
 */
export function readSettings(env: Environment): Settings {
  const tenant = firstOf(env, ['--tenant', 'ENTRA_PIM_TENANT_ID', 'AZURE_TENANT_ID']);
  const givenClientId = firstOf(env, ['ENTRA_PIM_CLIENT_ID', 'AZURE_CLIENT_ID']);
  const duration = firstOf(env, ['ENTRA_PIM_DEFAULT_DURATION']);
  const endpoints = readEndpoints({
    cloud: firstOf(env, ['AZURE_CLOUD']),
    authorityHost: firstOf(env, ['AZURE_AUTHORITY_HOST']),
    graphUrl: firstOf(env, ['ENTRA_PIM_GRAPH_URL']),
    armUrl: firstOf(env, ['ENTRA_PIM_ARM_URL']),
  });
  demandOwnApp(givenClientId, endpoints);
  const clientId = givenClientId
    ? checkClientId(givenClientId)
    : { value: DEFAULT_CLIENT_ID, source: 'built in' };
  return {
    tenant: tenant && checkTenant(tenant),
    account: firstOf(env, ['--account', 'ENTRA_PIM_ACCOUNT']),
    clientId,
    azureClientId: azureClientIdFor(firstOf(env, ['ENTRA_PIM_AZURE_CLIENT_ID']), clientId),
    endpoints,
    defaultDuration: duration ? readDuration(duration) : { value: hours(1), source: 'built in' },
    responseMode: readResponseMode(firstOf(env, ['ENTRA_PIM_RESPONSE_MODE'])),
    tokenStore: readChoice(firstOf(env, ['ENTRA_PIM_TOKEN_STORE']), TOKEN_STORES),
    signInWay: readChoice(firstOf(env, ['--auth', 'ENTRA_PIM_AUTH']), SIGN_IN_WAYS),
    logLevel: readChoice(firstOf(env, ['ENTRA_PIM_LOG']), LOG_LEVELS),
    isDemo: false,
  };
}
