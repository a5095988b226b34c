import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const MODULE = /\.(ts|svelte)$/;

/** Every importable file of a folder, and which of them it imports, including type imports. */
function importsIn(folder: string): Map<string, string[]> {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => MODULE.test(file))
    .map((file) => join(ROOT, folder, file));
  const known = new Set(files);
  const find = (path: string) =>
    [path, `${path}.ts`, `${path}/index.ts`, `${path}.d.ts`].find((candidate) => known.has(candidate)) ?? [];
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(scriptOf(file), true, true);
      return [file, importedFiles.flatMap(({ fileName }) => find(resolve(dirname(file), fileName)))];
    }),
  );
}

/** The TypeScript in a file; of a Svelte component, that in its script tags. */
function scriptOf(file: string): string {
  const text = readFileSync(file, 'utf8');
  if (!file.endsWith('.svelte')) return text;
  return [...text.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, script]) => script).join('\n');
}

/** @returns the files of one circle, with the first repeated at the end; null if there is none */
function circleIn(imports: Map<string, string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    done.add(file);
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle) return circle;
    }
    return null;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle) return circle.map((member) => relative(ROOT, member));
  }
  return null;
}

test.each(['src-preload', 'src-main', 'src-renderer'])('%s has no circular imports', (folder) => {
  const imports = importsIn(folder);
  expect(imports.size).toBeGreaterThan(0);
  expect(circleIn(imports)).toBeNull();
});

test('a circular import is found', () => {
  const imports = new Map([
    ['/a', ['/b']],
    ['/b', ['/c']],
    ['/c', ['/b']],
  ]);
  expect(circleIn(imports)?.map((file) => file.at(-1))).toEqual(['b', 'c', 'b']);
});
