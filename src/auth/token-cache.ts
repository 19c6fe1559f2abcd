import type { ICachePlugin, TokenCacheContext } from '@azure/msal-node';
import type { TokenStore } from './token-store.ts';

type Leave = () => Promise<void>;

/** Enters the lock now, leaves it when told. */
function enter(store: TokenStore): Promise<Leave> {
  return new Promise((resolve, reject) => {
    const over = store.locked(() => {
      return new Promise<void>((leave) => {
        resolve(async () => {
          leave();
          await over;
        });
      });
    });
    over.catch(reject);
  });
}

/**
 * MSAL's hook around each access to its cache. The lock spans read to write when MSAL is going to
 * change something, so processes that refresh at the same time lose nothing. A file that cannot be
 * opened is set aside, said once, and the next sign-in starts a new one.
 */
export function createTokenCache(store: TokenStore): ICachePlugin {
  const held = new Map<TokenCacheContext, Leave>();

  async function leave(context: TokenCacheContext): Promise<void> {
    const release = held.get(context);
    held.delete(context);
    await release?.();
  }

  return {
    async beforeCacheAccess(context) {
      if (context.cacheHasChanged) held.set(context, await enter(store));
      try {
        const tokens = await (held.has(context) ? store.readToWrite() : store.read());
        if (tokens !== null) context.tokenCache.deserialize(tokens);
      } catch (error) {
        await leave(context);
        throw error;
      }
    },

    async afterCacheAccess(context) {
      // MSAL calls this after a failed read as well: writing then would empty the file.
      if (!held.has(context)) return;
      try {
        await store.write(context.tokenCache.serialize());
      } finally {
        await leave(context);
      }
    },
  };
}
