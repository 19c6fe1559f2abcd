import { expect, it } from 'vitest';
import {
  openRememberedSignIns,
  settingsKey,
  type RememberedSignIn,
} from '../../src/auth/remembered.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { readSettings } from '../../src/platform/environment.ts';
import { newState } from './fixture.ts';

const READ = 'RoleEligibilitySchedule.Read.Directory';

function someCloud(graphHost: string): Settings {
  return readSettings({
    AZURE_AUTHORITY_HOST: 'https://login.example',
    AZURE_CLIENT_ID: '11111111-1111-1111-1111-111111111111',
    ENTRA_PIM_GRAPH_URL: `https://${graphHost}`,
    ENTRA_PIM_ARM_URL: 'https://arm.example',
  });
}

function simulatorAt(port: number): Settings {
  return readSettings({
    AZURE_AUTHORITY_HOST: `http://127.0.0.1:${port}`,
    ENTRA_PIM_GRAPH_URL: `http://127.0.0.1:${port + 1}`,
    ENTRA_PIM_ARM_URL: `http://127.0.0.1:${port + 2}`,
  });
}

function signIn(settings: Settings, scopes: string[]): RememberedSignIn {
  const fields = { id: 'i', homeAccountId: 'o.t', tenantId: 't', scopes };
  return { ...settingsKey(settings), ...fields };
}

it('keeps the sign-ins of two Graphs apart: a token of one never goes to the other', async () => {
  const state = await newState();
  const [ours, theirs] = [someCloud('graph.example'), someCloud('evil.example')];
  const remembered = signIn(ours, [READ]);
  await openRememberedSignIns(state, ours).add(remembered);
  expect(await openRememberedSignIns(state, theirs).fitting()).toEqual([]);
  expect(await openRememberedSignIns(state, ours).fitting()).toEqual([remembered]);
});

it.each([
  ['another Graph', `https://graph.microsoft.com/${READ}`, false],
  ['a Graph whose name begins alike', `https://graph.example.evil/${READ}`, false],
  ['Azure', `https://arm.example/user_impersonation`, false],
  ['another port', `https://graph.example:444/${READ}`, false],
  ['its own Graph', `https://GRAPH.example/${READ}`, true],
  ['the Graph that was asked for, unnamed', READ, true],
])('with a scope of %s, a sign-in is used or not: %s %s', async (_what, scope, isUsed) => {
  const state = await newState();
  const settings = someCloud('graph.example');
  const signIns = openRememberedSignIns(state, settings);
  await signIns.add(signIn(settings, [`https://graph.example/${READ}`, scope]));
  expect(await signIns.fitting()).toHaveLength(isUsed ? 1 : 0);
});

it('knows a simulator again on other ports', async () => {
  expect(settingsKey(simulatorAt(4000))).toEqual(settingsKey(simulatorAt(5000)));
  expect(settingsKey(simulatorAt(4000))).toMatchObject({
    authority: 'simulator',
    graph: 'simulator',
  });
});
