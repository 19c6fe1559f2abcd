import { adminConsentUrl, isBuiltIn } from '../../domain/admin-consent.ts';
import { allPermissions } from '../../domain/permissions.ts';
import type { Settings } from '../../domain/settings.ts';
import type { ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';

function asked(settings: Settings): string[] {
  if (!isBuiltIn(settings))
    return ['It asks for the permissions that the app registration names, on all its APIs.'];
  return [
    'It asks for these permissions of Microsoft Graph, for Microsoft Graph Command Line Tools:',
    ...allPermissions('graph').map((name) => `  ${name}`),
    'They then hold for every script that uses that app. An app of your own is the better choice: setup app.',
  ];
}

/** Prints where an administrator consents: the address on stdout, what it asks for on stderr. */
export function runConsentSetup(settings: Settings, io: Io): ExitCode {
  const { tenant, clientId, endpoints } = settings;
  const where = tenant?.value ?? 'the tenant of whoever opens it';
  const lines = [
    `Admin consent for client id ${clientId.value} (${clientId.source}) in ${where}, ${endpoints.cloud}.`,
    ...asked(settings),
    'A Privileged Role Administrator or Global Administrator opens it, once, for everybody.',
    'It ends on a page of localhost that cannot be opened. That is as it should be.',
  ];
  for (const line of lines) io.err(`${line}\n`);
  io.out(`${adminConsentUrl(settings)}\n`);
  return 0;
}
