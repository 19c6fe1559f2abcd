/**
 * A program that knows nothing of ours: Microsoft's own libraries on their default settings. It signs
 * its user in, lists what they are eligible for in Azure and in groups, activates one of each, and
 * writes what it saw to standard output.
 */
import { randomUUID } from 'node:crypto';
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { PublicClientApplication } from '@azure/msal-node';
import { Client, type PageCollection, PageIterator } from '@microsoft/microsoft-graph-client';
import * as z from 'zod';
import { browse } from './browser.ts';

const {
  AUTHORITY: authority,
  CLIENT: clientId,
  AZURE_ROLE,
  AZURE_SCOPE,
  GROUP,
} = z
  .object({
    AUTHORITY: z.string(),
    CLIENT: z.string(),
    AZURE_ROLE: z.string(),
    AZURE_SCOPE: z.string(),
    GROUP: z.string(),
  })
  .parse(process.env);

const GRAPH_SCOPES = [
  'https://graph.microsoft.com/PrivilegedEligibilitySchedule.Read.AzureADGroup',
  'https://graph.microsoft.com/PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
];
const GROUPS = '/identityGovernance/privilegedAccess/group';
const WHY = 'A night shift';

const msal = new PublicClientApplication({ auth: { clientId, authority } });

async function signIn() {
  const { account } = await msal.acquireTokenInteractive({
    scopes: GRAPH_SCOPES,
    openBrowser: async (url) => {
      await browse(url);
    },
  });
  if (account === null) throw new Error('Nobody signed in.');
  return account;
}

const account = await signIn();

function token(scopes: string | string[]) {
  return msal.acquireTokenSilent({ account, scopes: [scopes].flat() });
}

const credential = {
  async getToken(scopes: string | string[]) {
    const { accessToken, expiresOn } = await token(scopes);
    return { token: accessToken, expiresOnTimestamp: expiresOn?.getTime() ?? 0 };
  },
};

const arm = new AuthorizationManagementClient(credential, randomUUID());

const graph = Client.initWithMiddleware({
  // Not for the simulator's sake: Node's own fetch sends `*`, which PIM's Graph refuses as a culture.
  fetchOptions: { headers: { 'Accept-Language': 'en-US' } },
  authProvider: {
    getAccessToken: () => token(GRAPH_SCOPES).then(({ accessToken }) => accessToken),
  },
});

async function azureEligibilities() {
  const rows = [];
  const pages = arm.roleEligibilityScheduleInstances.listForScope('', { filter: 'asTarget()' });
  for await (const row of pages) rows.push(row);
  return rows;
}

async function activateAzure() {
  const rows = await azureEligibilities();
  const row = rows.find(
    ({ scope, roleDefinitionId }) =>
      scope === AZURE_SCOPE && roleDefinitionId?.endsWith(AZURE_ROLE) === true,
  );
  if (!row?.roleDefinitionId || !row.roleEligibilityScheduleId)
    throw new Error('Not eligible in Azure.');
  const request = await arm.roleAssignmentScheduleRequests.create(AZURE_SCOPE, randomUUID(), {
    principalId: account.localAccountId,
    roleDefinitionId: row.roleDefinitionId,
    linkedRoleEligibilityScheduleId: row.roleEligibilityScheduleId,
    requestType: 'SelfActivate',
    justification: WHY,
    scheduleInfo: {
      startDateTime: new Date(),
      expiration: { type: 'AfterDuration', duration: 'PT30M' },
    },
  });
  return {
    eligible: rows.map(({ scope }) => scope),
    role: request.expandedProperties?.roleDefinition?.displayName,
    status: request.status,
  };
}

async function groupEligibilities() {
  const eligible: unknown[] = [];
  const first: PageCollection = await graph
    .api(`${GROUPS}/eligibilityScheduleInstances/filterByCurrentUser(on='principal')`)
    .get();
  const pages = new PageIterator(graph, first, (row: { readonly groupId: string }) => {
    eligible.push(row.groupId);
    return true;
  });
  await pages.iterate();
  return { eligible, context: first['@odata.context'], nextLink: first['@odata.nextLink'] };
}

async function activateGroup() {
  const listed = await groupEligibilities();
  const request: unknown = await graph.api(`${GROUPS}/assignmentScheduleRequests`).post({
    accessId: 'member',
    principalId: account.localAccountId,
    groupId: GROUP,
    action: 'selfActivate',
    justification: WHY,
    scheduleInfo: {
      startDateTime: new Date().toISOString(),
      expiration: { type: 'afterDuration', duration: 'PT30M' },
    },
  });
  const { status } = z.object({ status: z.string() }).parse(request);
  return { ...listed, status };
}

const seen = {
  user: account.username,
  azure: await activateAzure(),
  groups: await activateGroup(),
};
process.stdout.write(JSON.stringify(seen));
