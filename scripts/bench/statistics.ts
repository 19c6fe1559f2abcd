/** The value below which that part (0 to 1) of the numbers lies. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** One line of the report. A budget, if there is one, is what the value must not exceed. */
export interface Figure {
  readonly what: string;
  readonly value: number | null;
  readonly unit: string;
  readonly budget?: number;
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function judged({ value, budget }: Figure): string {
  if (value === null || budget === undefined) return '';
  return `budget ${shown(budget)}: ${value <= budget ? 'ok' : 'OVER'}`;
}

export function isOver({ value, budget }: Figure): boolean {
  return value !== null && budget !== undefined && value > budget;
}

export function figureLine(figure: Figure): string {
  const value = figure.value === null ? 'not measured' : `${shown(figure.value)} ${figure.unit}`;
  return `  ${figure.what.padEnd(52)} ${value.padStart(14)}   ${judged(figure)}`.trimEnd();
}
