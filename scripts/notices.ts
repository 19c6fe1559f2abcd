import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/iu;

function packagesIn(inputs: readonly string[]): string[] {
  const names = inputs.flatMap((input) => {
    const tail = input.split('node_modules/').at(-1);
    if (tail === undefined || !input.includes('node_modules/')) return [];
    const parts = tail.split('/');
    return [
      input.slice(0, input.length - tail.length) +
        parts.slice(0, tail.startsWith('@') ? 2 : 1).join('/'),
    ];
  });
  return [...new Set(names)].toSorted();
}

interface Notice {
  readonly title: string;
  readonly text: string;
}

async function noticeFor(root: string, folder: string): Promise<Notice> {
  const absolute = path.join(root, folder);
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    await readFile(path.join(absolute, 'package.json'), 'utf8'),
  );
  const files = (await readdir(absolute)).filter((file) => LICENCE_FILE.test(file));
  const texts = await Promise.all(files.map((file) => readFile(path.join(absolute, file), 'utf8')));
  return {
    title: `## ${manifest.name} ${manifest.version}\n\nLicence: ${manifest.license ?? 'see below'}\n`,
    text: texts.length > 0 ? texts.join('\n\n').trim() : '(no licence file in the package)',
  };
}

/** Those with the very same text stand together above it. */
function pageOf(notices: readonly Notice[]): string {
  const titles = new Map<string, string[]>();
  for (const { title, text } of notices) titles.set(text, [...(titles.get(text) ?? []), title]);
  return [...titles]
    .map(([text, all]) => `${all.join('\n')}\n\`\`\`text\n${text}\n\`\`\`\n`)
    .join('\n');
}

/** Writes the licences of everything that the bundle contains beside it. */
export async function writeNotices(root: string, inputs: readonly string[]): Promise<void> {
  const folders = packagesIn(inputs).filter((folder) =>
    existsSync(path.join(root, folder, 'package.json')),
  );
  const notices = await Promise.all(folders.map((folder) => noticeFor(root, folder)));
  const head =
    '# Third-party notices\n\nBundled into this package, each under its own licence.\n\n';
  await writeFile(path.join(root, 'THIRD-PARTY-NOTICES.md'), head + pageOf(notices));
}
