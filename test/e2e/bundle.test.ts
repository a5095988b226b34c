import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, expect, test } from './studio';

/** The change in size for which the table need not be updated: a fraction, or some bytes for small files. */
const TOLERANCE = { share: 0.1, bytes: 5000 };

test('the bundles have the sizes and packages that the documentation states', async () => {
  const text = await readFile(join(ROOT, 'docs/performance.md'), 'utf8');
  const told = [...text.matchAll(/^\| `(out\/[^`]+)` +\| +(\d+) kB/gm)].map(
    ([, part, kB]) => [part!, 1000 * Number(kB)] as const,
  );
  expect(told.length).toBeGreaterThan(5);
  for (const [part, bytes] of told) {
    const difference = Math.abs((await sizeOf(join(ROOT, part))) - bytes);
    expect(difference, part).toBeLessThan(Math.max(TOLERANCE.share * bytes, TOLERANCE.bytes));
  }
  const main = await Promise.all(['main', 'preload'].map((bundle) => sizeOf(join(ROOT, 'out', bundle))));
  const toldOfMain = told.filter(([part]) => part !== 'out/renderer').reduce((sum, [, bytes]) => sum + bytes, 0);
  // No large file is missing from the table.
  expect(main.reduce((sum, bytes) => sum + bytes)).toBeLessThan((1 + TOLERANCE.share) * toldOfMain);

  const packages = await Promise.all(
    ['main', 'preload', 'renderer'].map(
      async (bundle) =>
        JSON.parse(await readFile(join(ROOT, 'out', bundle, 'bundled-packages.json'), 'utf8')) as string[],
    ),
  );
  const names = packages.flat().map((folder) => folder.replace('node_modules/', ''));
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

/** Bytes of a file, or of all files in a folder. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path);
  if (!found.isDirectory()) return found.size;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
