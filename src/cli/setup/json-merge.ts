import type { Node } from 'jsonc-parser';
import type { Entry } from './entry.ts';
import { jsonRoot, objectAt, propertiesOf, propertyOf, valueOf } from './json-tree.ts';
import { shownJson } from './json-shown.ts';
import { withoutProperty, withProperty, withValue } from './json-write.ts';
import { byHand, type Merged, type MergeWish } from './merge.ts';
import { chooseEntry, recognise, stillApplies, type Known } from './recognise.ts';

/** Where the entry is: `mcpServers`, then its name. */
interface Place {
  readonly key: string;
  readonly name: string;
}

function serversIn(text: string, key: string): Known[] {
  const servers = objectAt(jsonRoot(text), key);
  return (servers ? propertiesOf(servers) : []).map(([name, { value }]) => {
    const fields = value.type === 'object' ? value : null;
    const field = (which: string): unknown => {
      const property = fields && propertyOf(fields, which);
      return property ? valueOf(property.value) : undefined;
    };
    return recognise(name, field('command'), field('args'));
  });
}

function fieldsOf({ type, command, args, env }: Entry): [string, unknown][] {
  return [
    ...(type === null ? [] : [['type', type] satisfies [string, string]]),
    ['command', command],
    ['args', args],
    ...(Object.keys(env).length === 0 ? [] : [['env', env] satisfies [string, unknown]]),
  ];
}

function added(text: string, { key, name }: Place, entry: Entry): string {
  const value = Object.fromEntries(fieldsOf(entry));
  const root = jsonRoot(text);
  const servers = objectAt(root, key);
  if (servers) return withProperty(text, servers, [name, value]);
  return withProperty(text, root, [key, { [name]: value }]);
}

function entryIn(text: string, { key, name }: Place): Node {
  const servers = objectAt(jsonRoot(text), key);
  const entry = servers && objectAt(servers, name);
  if (!entry) throw byHand();
  return entry;
}

function withField(text: string, object: Node, [name, value]: readonly [string, unknown]): string {
  const old = propertyOf(object, name);
  if (old === null) return withProperty(text, object, [name, value]);
  const isSame = JSON.stringify(valueOf(old.value)) === JSON.stringify(value);
  return isSame ? text : withValue(text, old.value, value);
}

function withVariables(text: string, place: Place, { env }: Entry): string {
  const variables = Object.entries(env);
  if (variables.length > 0 && objectAt(entryIn(text, place), 'env') === null)
    return withProperty(text, entryIn(text, place), ['env', env]);
  return variables.reduce((before, variable) => {
    const object = objectAt(entryIn(before, place), 'env');
    return object ? withField(before, object, variable) : before;
  }, text);
}

/** Field by field: what else somebody wrote into the entry stays, comments as well. */
function updated(text: string, place: Place, entry: Entry): string {
  const plain = fieldsOf({ ...entry, env: {} });
  const started = plain.reduce(
    (before, field) => withField(before, entryIn(before, place), field),
    text,
  );
  return withVariables(started, place, entry);
}

/** What the Python server alone knew goes: its folder, and variables that mean nothing here. */
function droppedFrom(text: string, place: Place): { text: string; dropped: string[] } {
  const entry = entryIn(text, place);
  const env = objectAt(entry, 'env');
  const variables = (env ? propertiesOf(env) : [])
    .map(([name]) => name)
    .filter((name) => !stillApplies(name));
  const bare = variables.reduce((before, name) => {
    const object = objectAt(entryIn(before, place), 'env');
    return object ? withoutProperty(before, object, name) : before;
  }, text);
  const fields = propertyOf(entry, 'cwd') === null ? [] : ['cwd'];
  const rest = fields.reduce(
    (before, name) => withoutProperty(before, entryIn(before, place), name),
    bare,
  );
  return { text: rest, dropped: [...fields, ...variables] };
}

/** Everything but our entry, to compare: `{}` for servers that are not there yet. */
function restOf(text: string, { key, name }: Place): string {
  const root = jsonRoot(text);
  const servers = objectAt(root, key);
  const others = (servers ? propertiesOf(servers) : []).filter(([each]) => each !== name);
  return JSON.stringify([
    propertiesOf(root)
      .filter(([each]) => each !== key)
      .map(([each, { value }]) => [each, valueOf(value)]),
    others.map(([each, { value }]) => [each, valueOf(value)]),
  ]);
}

/** Whether the entry starts what it should: the proof that it is where a reader looks for it. */
function starts(text: string, place: Place, { command, args }: Entry): boolean {
  const entry = propertiesOf(entryIn(text, place)).map(([name, { value }]) => [
    name,
    valueOf(value),
  ]);
  const found: Readonly<Record<string, unknown>> = Object.fromEntries(entry);
  return JSON.stringify([found['command'], found['args']]) === JSON.stringify([command, args]);
}

const MARK = '\uFEFF';

/**
 * Merges the entry into the JSON file of an AI client; comments and layout stay. An empty file is as
 * good as none.
 * @throws PimError `configuration` where that is not possible without guessing
 */
export function mergeJson(given: string, key: string, { entry, name: wish }: MergeWish): Merged {
  const mark = given.startsWith(MARK) ? MARK : '';
  const body = given.slice(mark.length);
  const before = body.trim() === '' ? '{}\n' : body;
  const { name, known } = chooseEntry(serversIn(before, key), wish);
  const place = { key, name };
  const isPython = known?.kind === 'python';
  const bare = isPython ? droppedFrom(before, place) : { text: before, dropped: [] };
  const wanted = { ...entry, args: [...entry.args, ...(known?.extras ?? [])] };
  const after = known ? updated(bare.text, place, wanted) : added(before, place, wanted);
  const isOurs = starts(after, place, wanted) && restOf(before, place) === restOf(after, place);
  if (!isOurs) throw byHand();
  return {
    text: mark + after,
    name,
    was: known?.kind ?? 'absent',
    dropped: bare.dropped,
    shown: { before: shownJson(before, key, name), after: shownJson(after, key, name) },
  };
}
