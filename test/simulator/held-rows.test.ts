import { expect, it } from 'vitest';
import { contosoScenario, parseScenario } from '../../src/simulator/scenario.ts';
import {
  ADA,
  FINANCE_REPORTING,
  GROUPS,
  MINE,
  PRODUCTION_SUPPORT,
  rowsOf,
  service,
} from './graph-support.ts';

const GROUP_LIST = `${GROUPS}/eligibilityScheduleInstances/${MINE}`;

it('lists rows while they hold, from whatever time one looks', async () => {
  const { eligibilities, ...company } = contosoScenario();
  const [first, second] = eligibilities.filter((row) => row.principalId === ADA);
  const later = { startDateTime: '2026-01-15T10:00:00Z', endDateTime: '2026-01-15T12:00:00Z' };
  const monthly = { endDateTime: 'P31D' };
  const rows = [
    { ...first, ...later },
    { ...second, ...monthly },
  ];
  const scenario = parseScenario({ ...company, eligibilities: rows });
  const idsAt = async (start: string): Promise<unknown[]> => {
    const graph = service({ scenario, start: new Date(start) });
    return rowsOf(await graph.get(GROUP_LIST)).map((row) => row['groupId']);
  };
  const [one, two] = [PRODUCTION_SUPPORT, FINANCE_REPORTING];
  expect(await idsAt('2026-01-15T09:59:59Z')).toEqual([two]);
  expect(await idsAt('2026-01-15T10:00:00Z')).toEqual([one, two]);
  expect(await idsAt('2026-01-15T11:59:59Z')).toEqual([one, two]);
  expect(await idsAt('2026-01-15T12:00:00Z')).toEqual([two]);
  expect(await idsAt('2026-01-15T11:00:00Z')).toEqual([one, two]);
  expect(await idsAt('2026-02-28T23:00:00Z')).toEqual([two]);
});
