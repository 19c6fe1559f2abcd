import { isPimError } from '../domain/errors.ts';
import type { Proof } from '../domain/proof.ts';
import { isSame } from '../domain/target.ts';
import type { Finding } from '../domain/verification.ts';
import { pause } from './execute.ts';
import type { Scene } from './verify-stage.ts';

const LAG_MS = 120_000;
const WATCH_MS = 180_000;
/** Closely while lists are known to lag, then less so. */
const CLOSELY_MS = 30_000;
const STEP_MS = 2000;
const LONGER_STEP_MS = 5000;

/** After how many seconds it was listed, and works; `null` = not yet. */
interface Watched {
  listed: number | null;
  effective: number | null;
  last: Proof['kind'] | 'not looked at';
  /** Looks that failed: a list that is throttled says nothing about the lag. */
  failed: number;
}

async function isListed({ plan, client, context }: Scene): Promise<boolean> {
  const active = await client.active(context.call);
  return active.some(
    ({ target, assignmentType }) =>
      assignmentType === 'activated' && isSame(target, plan.order.target),
  );
}

async function lookOnce(scene: Scene, watched: Watched, seconds: () => number): Promise<void> {
  const { plan, client, context } = scene;
  try {
    if (watched.listed === null && (await isListed(scene))) watched.listed = seconds();
    const { kind } = await client.proof(plan.order.target, context.call);
    watched.last = kind;
    if (kind === 'effective') watched.effective = seconds();
  } catch (error) {
    if (!isPimError(error) || error.code === 'cancelled') throw error;
    watched.failed += 1;
  }
}

/** Nothing that another look could add. */
function isOver({ listed, last }: Watched): boolean {
  return listed !== null && last !== 'not-yet' && last !== 'not looked at';
}

const WATCHED_FOR = WATCH_MS / 1000;

function lagOf({ listed, failed }: Watched): Finding {
  const looks = failed === 0 ? '' : ` ${failed} looks failed.`;
  if (listed === null)
    return { verdict: 'otherwise', seen: `Not listed within ${WATCHED_FOR} s.${looks}` };
  const isInTime = listed * 1000 <= LAG_MS;
  const seen = `Listed ${listed} s after it was reported active.${looks}`;
  return { verdict: isInTime ? 'as-assumed' : 'otherwise', seen };
}

function effectOf({ effective, last }: Watched): Finding {
  if (effective !== null)
    return {
      verdict: 'as-assumed',
      seen: `It worked ${effective} s after it was reported active.`,
    };
  return last === 'not-yet'
    ? { verdict: 'otherwise', seen: `Not within ${WATCHED_FOR} s.` }
    : { verdict: 'not-seen', seen: 'Nothing that can be asked tells whether it works.' };
}

/** Looks at lists and effect until both have told, or three minutes since then are over. */
export async function watch(
  scene: Scene,
  reportedAt: Date,
): Promise<{ lag: Finding; effect: Finding }> {
  const { clock, call } = scene.context;
  const since = (): number => clock.now().getTime() - reportedAt.getTime();
  const watched: Watched = { listed: null, effective: null, last: 'not looked at', failed: 0 };
  for (;;) {
    call.report?.('Looking whether it is listed, and works.');
    await lookOnce(scene, watched, () => Math.round(since() / 1000));
    const wait = since() < CLOSELY_MS ? STEP_MS : LONGER_STEP_MS;
    if (isOver(watched) || since() + wait > WATCH_MS) break;
    if (!(await pause(scene.context, wait))) break;
  }
  return { lag: lagOf(watched), effect: effectOf(watched) };
}
