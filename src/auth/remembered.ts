import * as z from 'zod';
import type { Settings } from '../domain/settings.ts';
import type { StateDirectory } from '../domain/ports.ts';
import { areForGraph } from './granted.ts';

const FILE = 'sign-ins.json';

const entrySchema = z.object({
  /** Of this sign-in, not of the account. */
  id: z.string(),
  /** Settings it was made with: authority, Graph, client id, tenant as configured. */
  authority: z.string(),
  graph: z.string(),
  clientId: z.string(),
  tenant: z.string().nullable(),
  /** MSAL's name of the account in its home tenant. */
  homeAccountId: z.string(),
  /** The tenant signed in to: also where a domain name or no tenant at all was configured. */
  tenantId: z.string(),
  /** Scopes granted, as the token endpoint spelt them. */
  scopes: z.array(z.string()),
});

/** A sign-in that worked. No token, no name: those are in MSAL's encrypted cache. */
export type RememberedSignIn = Readonly<z.infer<typeof entrySchema>>;

const fileSchema = z.object({ signIns: z.array(entrySchema) });

function parse(bytes: Uint8Array | null): RememberedSignIn[] {
  if (bytes === null) return [];
  try {
    return fileSchema.parse(JSON.parse(new TextDecoder().decode(bytes))).signIns;
  } catch {
    // Nothing is lost but convenience: without it one signs in once more.
    return [];
  }
}

type SettingsKey = Pick<RememberedSignIn, 'authority' | 'graph' | 'clientId' | 'tenant'>;

/**
 * What makes sign-ins interchangeable for this configuration. The ports of a simulator change with
 * every start; which tenant it plays does not.
 */
export function settingsKey(settings: Settings): SettingsKey {
  const { authority, graphOrigin } = settings.endpoints;
  const { kind, origin } = authority;
  return {
    authority: kind === 'simulator' ? kind : origin,
    graph: kind === 'simulator' ? kind : graphOrigin,
    clientId: settings.clientId.value.toLowerCase(),
    tenant: settings.tenant?.value.toLowerCase() ?? null,
  };
}

/** Without a tenant the home tenant is meant, whatever else somebody is signed in to as a guest. */
function isInTenant({ tenant, tenantId }: RememberedSignIn, wanted: string | null): boolean {
  return tenant === wanted || (wanted !== null && tenantId.toLowerCase() === wanted);
}

const SAME = ['authority', 'graph', 'clientId', 'tenant', 'homeAccountId', 'tenantId'] as const;

/** Of one account, made with the same settings. */
function isSame(one: RememberedSignIn, other: RememberedSignIn): boolean {
  return SAME.every((field) => one[field] === other[field]);
}

/** The sign-ins of all configurations, most recent first. */
export interface RememberedSignIns {
  /** Those that fit the configuration: whoever signed in last is who one is. */
  fitting(): Promise<readonly RememberedSignIn[]>;
  all(): Promise<readonly RememberedSignIn[]>;
  /** In place of an earlier one of the same account and configuration. */
  add(signIn: RememberedSignIn): Promise<void>;
  /** Puts it in the place of that of the same account and configuration; `false` where none is there. */
  replace(signIn: RememberedSignIn): Promise<boolean>;
  remove(isGone: (signIn: RememberedSignIn) => boolean): Promise<void>;
}

export function openRememberedSignIns(
  state: StateDirectory,
  settings: Settings,
): RememberedSignIns {
  const key = settingsKey(settings);
  const fits = (signIn: RememberedSignIn): boolean =>
    signIn.authority === key.authority &&
    signIn.graph === key.graph &&
    signIn.clientId === key.clientId &&
    isInTenant(signIn, key.tenant) &&
    // The file is not sealed: what it asks a token for is checked, not believed.
    areForGraph(signIn.scopes, settings);

  const read = async (): Promise<RememberedSignIn[]> => parse(await state.read(FILE));

  function change(
    edit: (signIns: readonly RememberedSignIn[]) => readonly RememberedSignIn[],
  ): Promise<readonly RememberedSignIn[]> {
    return state.locked(FILE, async () => {
      const signIns = edit(await read());
      const text = JSON.stringify({ signIns }, null, 2);
      if (signIns.length === 0) await state.remove(FILE);
      else await state.write(FILE, new TextEncoder().encode(text));
      return signIns;
    });
  }

  return {
    fitting: async () => (await read()).filter(fits),
    all: read,
    async add(signIn) {
      await change((all) => {
        return [signIn, ...all.filter((other) => !isSame(other, signIn))];
      });
    },
    async replace(signIn) {
      const all = await change((before) =>
        before.map((other) => (isSame(other, signIn) ? signIn : other)),
      );
      return all.includes(signIn);
    },
    async remove(isGone) {
      await change((all) => all.filter((signIn) => !isGone(signIn)));
    },
  };
}
