import { PimError } from '../domain/errors.ts';
import { GOES_ON, inTime, LATE } from './in-time.ts';
import type { Context } from './operation.ts';
import { sendRecorded, type RecordedWrite } from './record.ts';

/** A write whose answer is all there is to say. @throws PimError `outcome-unknown` without one in time */
export async function answered<T>(context: Context, write: RecordedWrite<T>): Promise<T> {
  const answer = await inTime(context, sendRecorded(context, write));
  if (answer !== LATE) return answer;
  throw new PimError('outcome-unknown', GOES_ON, { fix: 'Look at the requests in a minute.' });
}
