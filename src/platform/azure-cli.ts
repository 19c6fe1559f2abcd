import { execFile } from 'node:child_process';
import { azProgram } from './az.ts';
import type { Environment } from './proxy.ts';
import { withoutTokens } from './without-tokens.ts';

const LIMIT_MS = 15_000;
const TENANT = /^[0-9a-f-]{36}$/iu;

/** What `az account get-access-token` prints. */
function tokenIn(output: string): string | null {
  try {
    const { accessToken }: { accessToken?: unknown } = Object(JSON.parse(output));
    return typeof accessToken === 'string' && accessToken !== '' ? accessToken : null;
  } catch {
    return null;
  }
}

/**
 * Asks the Azure CLI for a token for that resource in that tenant, of whoever is signed in there;
 * `null` where there is no Azure CLI, nobody is signed in, or it takes too long. Opens nothing.
 * Source: Microsoft Learn, "az account get-access-token".
 */
export async function azureCliToken(
  resource: string,
  tenantId: string,
  env: Environment,
): Promise<string | null> {
  if (env['ENTRA_PIM_AZURE_CLI']?.trim().toLowerCase() === 'off' || !TENANT.test(tenantId))
    return null;
  const ask = ['account', 'get-access-token', '--resource', resource, '--tenant', tenantId];
  const program = azProgram(env, process.platform);
  if (program === null) return null;
  return new Promise((resolve) => {
    execFile(
      program.file,
      [...program.args, ...ask, '--output', 'json'],
      {
        env: withoutTokens(env),
        timeout: LIMIT_MS,
        killSignal: 'SIGKILL',
        windowsHide: true,
      },
      (error, stdout) => resolve(error === null ? tokenIn(stdout) : null),
    );
  });
}
