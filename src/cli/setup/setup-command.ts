import { CLIENTS } from '../client-config.ts';
import type { SpecialCommand } from '../run.ts';
import type { OpenWorld } from './world.ts';

function appCommand(open: OpenWorld): SpecialCommand {
  return {
    name: 'app',
    summary: 'Print how to register the app, or do it through the Azure CLI',
    flags: [
      { flags: '--for <purpose>', summary: 'read, activate (default) or approve' },
      { flags: '--azure', summary: 'Azure resource roles as well' },
      { flags: '--agents', summary: 'a registration of its own for AI agents' },
      { flags: '--name <text>', summary: 'how it is called in the tenant (default: Entra PIM)' },
      { flags: '--apply', summary: 'run it through the Azure CLI, after showing and asking' },
      { flags: '--update', summary: 'with --apply: add to an app of that name what it lacks' },
      { flags: '--grant-consent', summary: 'with --apply: grant admin consent for the tenant' },
      { flags: '--yes', summary: 'with --apply: do not ask' },
    ],
    async run({ flags, io }) {
      const { runAppSetup } = await import('./app-command.ts');
      return runAppSetup(flags, { io, world: await open() });
    },
  };
}

function consentCommand(open: OpenWorld): SpecialCommand {
  return {
    name: 'consent',
    summary: 'Print the address where an administrator consents',
    async run({ io }) {
      const { runConsentSetup } = await import('./consent-command.ts');
      return runConsentSetup((await open()).settings(), io);
    },
  };
}

function clientCommand(open: OpenWorld): SpecialCommand {
  return {
    name: 'client',
    summary: 'Show what to change in the configuration of an AI client, or change it',
    argument: { name: 'client', choices: [...CLIENTS, 'all'] },
    flags: [
      { flags: '--write', summary: 'change the file; what was there is kept beside it' },
      { flags: '--project', summary: 'the file of this folder in place of the user’s own' },
      { flags: '--name <text>', summary: 'which entry, or how a new one is called' },
    ],
    async run({ argument = '', flags, io }) {
      const { runClientSetup } = await import('./client-command.ts');
      const { name, write, project } = flags;
      const wish = {
        isWrite: write === true,
        isProject: project === true,
        name: typeof name === 'string' ? name : null,
      };
      return runClientSetup(argument, wish, { io, world: await open() });
    },
  };
}

/** Registers the app, prints the consent address, puts the server into AI clients. */
export function setupCommand(open: OpenWorld): SpecialCommand {
  return {
    name: 'setup',
    summary: 'Set up the app registration and your AI clients',
    commands: [appCommand(open), consentCommand(open), clientCommand(open)],
    async run({ io }) {
      const { showOverview } = await import('./overview.ts');
      return showOverview(io, await open());
    },
  };
}
