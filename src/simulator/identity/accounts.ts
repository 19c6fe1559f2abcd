import { EntraRefusal } from './aadsts.ts';
import {
  type App,
  type Directories,
  type Directory,
  type Home,
  isSame,
  type TenantPath,
  type User,
} from './directory.ts';

/** Somebody as one tenant knows them: a member, or a guest whose home is elsewhere. */
export interface Account {
  readonly directory: Directory;
  readonly user: User;
  readonly home: Home;
}

/** Where somebody wants in. */
export interface Door {
  readonly directories: Directories;
  readonly path: TenantPath;
  readonly app: App;
}

/** A person without the tenant: what a refresh token is bound to. */
type HomeId = Pick<Home, 'tenantId' | 'objectId'>;

export function accountOf(directory: Directory, user: User): Account {
  const { id: objectId, userPrincipalName } = user;
  const own = { tenantId: directory.tenant.id, objectId, userPrincipalName };
  return { directory, user, home: user.home ?? own };
}

function accountsIn(directory: Directory): Account[] {
  return directory.users.map((user) => accountOf(directory, user));
}

/** Everybody who can sign in at that path, each in the tenant that this signs in to. */
export function accountsAt(directories: Directories, path: TenantPath): Account[] {
  if (path !== null) return accountsIn(path);
  return directories.flatMap(accountsIn).filter(({ user }) => user.home === undefined);
}

/** Who issued what a guest signed in with. Source: Microsoft Learn, "Access token claims reference". */
export function providerOf({ tenantId }: HomeId): string {
  return `https://sts.windows.net/${tenantId}/`;
}

/** Neither member nor guest of the tenant in the path. */
function stranger({ path, directories, app }: Door, home: Home): EntraRefusal {
  return new EntraRefusal(50020, {
    user: home.userPrincipalName,
    idp: providerOf(home),
    tenant: (path ?? directories[0]).tenant.displayName,
    app: app.clientId,
    appName: app.displayName,
  });
}

/**
 * By the name that the person has at home, which is what people type and programs remember.
 * @throws EntraRefusal 50020 for who belongs to another tenant, 50034 for nobody
 */
export function accountByName(door: Door, name: string): Account {
  const { directories, path } = door;
  const isMeant = ({ home }: Account): boolean => isSame(home.userPrincipalName, name);
  const account = accountsAt(directories, path).find(isMeant);
  if (account) return account;
  const elsewhere = accountsAt(directories, null).find(isMeant);
  if (elsewhere) throw stranger(door, elsewhere.home);
  const { displayName: tenant } = (path ?? directories[0]).tenant;
  throw new EntraRefusal(50034, { user: name, tenant });
}

/**
 * The same person in the tenant of the path.
 * @throws EntraRefusal 50020 where they are nobody, 50173 when they are gone everywhere
 */
export function accountByHome(door: Door, { tenantId, objectId }: HomeId): Account {
  const { directories, path } = door;
  const isMeant = ({ home }: Account): boolean =>
    isSame(home.tenantId, tenantId) && isSame(home.objectId, objectId);
  const account = accountsAt(directories, path).find(isMeant);
  if (account) return account;
  const elsewhere = accountsAt(directories, null).find(isMeant);
  throw elsewhere ? stranger(door, elsewhere.home) : new EntraRefusal(50173);
}

/** Who signs in when nobody is asked and nobody is named. */
export function defaultAccount({ directories, path }: Omit<Door, 'app'>): Account {
  const directory = path ?? directories[0];
  const user = directory.users.find((candidate) => candidate.isDefault) ?? directory.users[0];
  if (user) return accountOf(directory, user);
  throw new EntraRefusal(50034, { user: 'nobody', tenant: directory.tenant.displayName });
}
