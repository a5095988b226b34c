import asar from '@electron/asar';
import { expect, test } from '@playwright/test';
import { lstat, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFuses } from '../../packaging/fuses.mjs';
import { describeLicences, licenceList } from '../../packaging/licences.mjs';
import { executable, programFolder } from '../../packaging/linux/program.mjs';
import { writeBillOfMaterials } from '../../packaging/sbom.mjs';
import { shippedPackages } from '../../packaging/shipped-packages.mjs';

const ARCHIVE = join(programFolder, 'resources/app.asar');

/** The paths of all files in a folder, relative to it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

test('the fuses are set', async () => {
  expect(await readFuses(executable)).toEqual({
    RunAsNode: false,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableCookieEncryption: false,
    EnableEmbeddedAsarIntegrityValidation: false,
    OnlyLoadAppFromAsar: true,
    LoadBrowserProcessSpecificV8Snapshot: false,
    GrantFileProtocolExtraPrivileges: false,
  });
});

test('only native files are outside the archive', async () => {
  const outside = await filesIn(`${ARCHIVE}.unpacked`);
  expect(outside.some((file) => file.endsWith('tfjs_binding.node'))).toBe(true);
  expect(outside.some((file) => file.includes('libtensorflow'))).toBe(true);
  expect(outside.filter((file) => !/\.(node|so(\.\d+)*)$/.test(file))).toEqual([]);
  const inside = asar.listPackage(ARCHIVE, { isPack: true }).filter((line) => line.startsWith('pack '));
  expect(inside.length).toBeGreaterThan(100);
  expect(inside.filter((line) => /\.(node|so(\.\d+)*)$/.test(line))).toEqual([]);
});

test('the archive contains what runs, and nothing that is only for building and testing', async () => {
  const files = asar.listPackage(ARCHIVE, { isPack: false });
  for (const part of [
    '/out/main/index.cjs',
    '/out/renderer/index.html',
    '/resources/bundled-model/model.safetensors',
    '/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    '/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
  ]) {
    expect(files).toContain(part);
  }
  expect(files.filter((file) => /^\/(src-|test|setup|packaging|docs)|\.(ts|map)$/.test(file))).toEqual([]);
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const manifests = files.filter((file) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file));
  const folders = manifests.map((file) => file.slice(1, -'/package.json'.length));
  expect(folders.length).toBeGreaterThan(10);
  expect(folders.filter((folder) => packages[folder]?.dev !== undefined)).toEqual([]);
});

test('the installed program takes less than a gigabyte', async () => {
  const sizes = await Promise.all((await filesIn(programFolder)).map(async (file) => (await lstat(file)).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1e9);
});

test('the list of licences is up to date, and each licence has its text', async () => {
  // `npm run licences` updates it.
  expect(describeLicences()).toBe(await readFile(licenceList, 'utf8'));
  const texts = await readFile(join(programFolder, 'licences/npm-packages.txt'), 'utf8');
  for (const { name, version } of shippedPackages()) expect(texts).toContain(`${name} ${version} (`);
  expect(await readFile(join(programFolder, 'licences/chromium.html'), 'utf8')).toContain('The Chromium Authors');
  expect(await readFile(join(programFolder, 'licences/electron.txt'), 'utf8')).toContain('Electron contributors');
  expect(await readFile(join(programFolder, 'licences/tensorflow.txt'), 'utf8')).toContain('Apache License');
  expect(await readFile(join(programFolder, 'licences/webassembly-third-party.txt'), 'utf8')).toContain('XNNPACK');
});

test('the bill of materials names every part', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'digit-studio-bill-'));
  const file = join(folder, 'bill.json');
  await writeBillOfMaterials(file);
  const bill = JSON.parse(await readFile(file, 'utf8')) as {
    bomFormat: string;
    components: { name: string; version: string; hashes?: unknown[] }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  await rm(folder, { recursive: true });
  expect(bill.bomFormat).toBe('CycloneDX');
  const npm = shippedPackages().map(({ name, version }) => `${name}@${version}`);
  const named = bill.components.map(({ name, version }) => `${name}@${version}`);
  expect(named.filter((name) => !/^(electron|chromium|node|tensorflow)@\d+\.\d+\.\d+/.test(name)).sort()).toEqual(
    npm.sort(),
  );
  expect(named).toHaveLength(npm.length + 4);
  const known = new Set(bill.dependencies.map(({ ref }) => ref));
  expect(npm.filter((name) => !known.has(name))).toEqual([]);
});
