import type { Http, SurfaceClient } from '../../domain/ports.ts';
import type { Exchange, Verification } from '../../domain/verification.ts';
import { addressOfApi } from '../addresses.ts';
import { createSurfaces, type SurfacesOptions } from '../surfaces.ts';
import { ANSWER_CHECKS } from './answers.ts';
import { AZURE_LIST_CHECKS } from './azure-lists.ts';
import { AZURE_SETTINGS_CHECKS } from './azure-settings.ts';
import type { Check } from './check.ts';
import { openEye, type EyeOptions } from './eye.ts';
import { LIST_CHECKS } from './lists.ts';
import { REQUEST_CHECKS } from './requests.ts';
import { ROLE_CHECKS } from './roles.ts';
import { SETTINGS_CHECKS } from './settings.ts';
import { TOKEN_CHECKS } from './tokens.ts';

const CHECKS: readonly Check[] = [
  ...TOKEN_CHECKS,
  ...ANSWER_CHECKS,
  ...LIST_CHECKS,
  ...SETTINGS_CHECKS,
  ...REQUEST_CHECKS,
  ...ROLE_CHECKS,
  ...AZURE_LIST_CHECKS,
  ...AZURE_SETTINGS_CHECKS,
];

/** The same transport, telling how each exchange went. */
function told(
  { http, clock }: Pick<SurfacesOptions, 'http' | 'clock'>,
  note: (exchange: Exchange) => void,
): Http {
  return async (url, request) => {
    const from = clock.now().getTime();
    const tell = (status: number | null): void => {
      note({ method: request.method, status, milliseconds: clock.now().getTime() - from });
    };
    try {
      const response = await http(url, request);
      tell(response.status);
      return response;
    } catch (error) {
      tell(null);
      throw error;
    }
  };
}

function checkOf(id: string): Check {
  const check = CHECKS.find((one) => one.id === id);
  if (check === undefined) throw new TypeError(`no check ${id}`);
  return check;
}

/** Looks at what is only believed about Graph and Azure. */
export function createVerification(options: SurfacesOptions): Verification {
  const { endpoints } = options;
  const eyes: EyeOptions = {
    graph: { ...options, address: addressOfApi('graph', endpoints) },
    arm: { ...options, address: addressOfApi('arm', endpoints) },
  };
  return {
    doubts: CHECKS.map(({ id, question, assumes }) => ({ id, question, assumes })),
    begin(call) {
      const eye = openEye(eyes, call);
      return { look: (id) => checkOf(id).look(eye) };
    },
    clients: (note): readonly SurfaceClient[] =>
      createSurfaces({ ...options, http: told(options, note) }),
  };
}
