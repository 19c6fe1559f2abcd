#!/usr/bin/env node
/**
 * The Azure CLI as far as setup sees it: keeps apps in a file ($FAKE_AZ), refuses in az's own words.
 * `refuse` in the file maps the begin of a command to what it says.
 */
const { readFileSync, writeFileSync } = require('node:fs');

const file = process.env.FAKE_AZ;
const state = JSON.parse(readFileSync(file, 'utf8'));
const args = process.argv.slice(2);
const line = args.join(' ');

function after(flag) {
  const start = args.indexOf(flag);
  if (start === -1) return [];
  const rest = args.slice(start + 1);
  const end = rest.findIndex((word) => word.startsWith('--'));
  return end === -1 ? rest : rest.slice(0, end);
}

function fail(message, code = 1) {
  process.stderr.write(`ERROR: ${message}\n`);
  process.exit(code);
}

function appOf() {
  const [id] = after('--id');
  const app = state.apps.find((each) => each.appId === id);
  if (!app)
    fail(
      `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
      3,
    );
  return app;
}

const COMMANDS = {
  'account show': () => {
    if (!state.account) fail("Please run 'az login' to setup account.");
    return state.account;
  },
  'ad app list': () => {
    const [filter] = after('--filter');
    const name = /^displayName eq '(.*)'$/u.exec(filter)[1].replaceAll("''", "'");
    return state.apps.filter((app) => app.displayName.toLowerCase() === name.toLowerCase());
  },
  'rest --method get --url https://graph.microsoft.com/v1.0/organization': () => ({
    value: [
      { id: state.account.tenantId, verifiedDomains: state.domains.map((name) => ({ name })) },
    ],
  }),
  'ad app create': () => {
    const app = {
      appId: `aaaaaaaa-0000-4000-8000-00000000000${state.apps.length}`,
      displayName: after('--display-name')[0],
      signInAudience: after('--sign-in-audience')[0],
      isFallbackPublicClient: after('--is-fallback-public-client')[0] === 'true',
      publicClient: { redirectUris: after('--public-client-redirect-uris') },
      web: { redirectUris: [] },
      requiredResourceAccess: [],
    };
    state.apps.push(app);
    return app;
  },
  'ad app update': () => {
    const app = appOf();
    const uris = after('--public-client-redirect-uris');
    if (uris.length > 0) app.publicClient = { redirectUris: uris };
    const [fallback] = after('--is-fallback-public-client');
    if (fallback) app.isFallbackPublicClient = fallback === 'true';
  },
  'ad app permission add': () => {
    const [api] = after('--api');
    const access = after('--api-permissions').map((each) => {
      const [id, type] = each.split('=');
      return { id, type };
    });
    const named = appOf().requiredResourceAccess;
    const known = named.find(({ resourceAppId }) => resourceAppId === api);
    if (known) known.resourceAccess.push(...access);
    else named.push({ resourceAppId: api, resourceAccess: access });
    process.stderr.write(
      'Invoking `az ad app permission grant` is needed to make the change effective\n',
    );
  },
  'ad app permission admin-consent': () => {
    appOf().isGranted = true;
  },
  'ad sp list': () => {
    const id = /^appId eq '(.*)'$/u.exec(after('--filter')[0])[1];
    return state.principals.filter((each) => each.appId === id);
  },
  'ad sp create': () => {
    const { appId } = appOf();
    if (state.lagging > 0) {
      state.lagging -= 1;
      save();
      fail(
        `The appId '${appId}' of the service principal does not reference a valid application object.`,
      );
    }
    state.principals.push({ appId });
    return { appId };
  },
};

function save() {
  writeFileSync(file, JSON.stringify(state));
}

state.runs.push(line);
const refusal = Object.entries(state.refuse).find(([begin]) => line.startsWith(begin));
if (refusal) {
  save();
  fail(refusal[1]);
}
const command = Object.keys(COMMANDS).find((begin) => line.startsWith(begin));
if (!command) fail(`'${line}' is misspelled or not recognized by the system.`, 2);
const answer = COMMANDS[command]();
save();
if (answer !== undefined) process.stdout.write(`${JSON.stringify(answer)}\n`);
