import { describe, expect, it } from 'vitest';
import {
  answerInAddress,
  authorizeUrl,
  byCode,
  CLIENTS,
  postToken,
  running,
} from './simulator-support.ts';

const AZURE = 'https://management.azure.com/user_impersonation';
const given = { identity: { userConsent: 'given' } } as const;
const singleTenant = { client_id: CLIENTS.singleTenant };

describe('what a person may consent to', () => {
  it('is refused unless the behaviour lets people consent', async () => {
    const simulator = await running();
    const answer = await answerInAddress(
      authorizeUrl(simulator, { ...singleTenant, scope: AZURE }),
    );
    expect(answer.get('error_description')).toContain('AADSTS65001');
  });

  it('is asked for once, then holds for tokens', async () => {
    const simulator = await running(given);
    const url = authorizeUrl(simulator, { ...singleTenant, scope: AZURE });
    const code = (await answerInAddress(url)).get('code') ?? '';
    simulator.behaviour.patch({ identity: { userConsent: 'never' } });
    const answer = await postToken(simulator, byCode(code, { ...singleTenant, scope: AZURE }));
    expect(await answer.json()).toMatchObject({ scope: AZURE });
    expect((await answerInAddress(url)).has('code')).toBe(true);
  });

  it.each([
    ['nobody may be asked anything', { ...singleTenant, scope: AZURE, prompt: 'none' }, 65001],
    [
      "the app is Microsoft's own for Graph",
      { client_id: CLIENTS.graphCommandLine, scope: AZURE },
      65001,
    ],
    [
      'it takes an administrator',
      { ...singleTenant, scope: 'https://graph.microsoft.com/Directory.ReadWrite.All' },
      90094,
    ],
  ])('is not given where %s', async (_what, changes, code) => {
    const simulator = await running(given);
    const answer = await answerInAddress(authorizeUrl(simulator, changes));
    expect(answer.get('error_description')).toContain(`AADSTS${code}`);
  });
});
