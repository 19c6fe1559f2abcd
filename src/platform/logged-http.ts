import type { Clock, Http, Log } from '../domain/ports.ts';

/** Where it went, without what was said there: queries hold codes and demands. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** Writes down each request and how it ended. */
export function withLog(http: Http, log: Log, clock: Clock): Http {
  return async (url, request) => {
    const began = clock.now().getTime();
    const facts = () => ({
      method: request.method,
      to: placeOf(url),
      ms: clock.now().getTime() - began,
    });
    try {
      const response = await http(url, request);
      const { status, headers } = response;
      const requestId = headers.get('request-id') ?? headers.get('x-ms-request-id');
      log(status < 400 ? 'debug' : 'info', 'http', { ...facts(), status, requestId });
      return response;
    } catch (error) {
      log('error', 'http', {
        ...facts(),
        failure: error instanceof Error ? error.name : 'unknown',
      });
      throw error;
    }
  };
}
