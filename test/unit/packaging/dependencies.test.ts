import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serve } from '../setup/local-server';

const ROOT = join(import.meta.dirname, '../../..');
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

it('package.json has exact versions, and the lockfile the same versions with checksums', async () => {
  const { dependencies, devDependencies } = await readJson<Record<string, Record<string, string>>>('package.json');
  const direct = Object.entries({ ...dependencies, ...devDependencies });
  expect(direct.filter(([, version]) => !EXACT.test(version))).toEqual([]);
  const { packages } = await readJson<{ packages: Record<string, { version?: string; integrity?: string }> }>(
    'package-lock.json',
  );
  for (const [name, version] of direct) expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  const unchecked = Object.entries(packages).filter(([path, { integrity }]) => path !== '' && !integrity);
  expect(unchecked).toEqual([]);
});

it('known vulnerabilities are reported, and severe ones fail the check', async () => {
  const advisory = { id: 1, url: 'https://example.test/1', title: 'Path traversal', severity: 'high', cwe: [] };
  const registry = await serve((request, response) => {
    if (request.method === 'POST') response.end(JSON.stringify({ tar: [{ ...advisory, vulnerable_versions: '*' }] }));
    else response.writeHead(404).end('{}');
  });
  const { status, stdout } = await audit(registry);
  expect(stdout).toContain('high: tar: Path traversal https://example.test/1');
  expect(status).toBe(1);
});

it('a registry without advisories is reported and does not fail the check', async () => {
  const registry = await serve((_, response) => response.writeHead(405).end('{}'));
  const { status, stdout } = await audit(registry);
  expect(stdout).toMatch(/^Not checked: the registry returned no advisories \(405/);
  expect(status).toBe(0);
});

function audit(registry: string): Promise<{ status: number; stdout: string }> {
  const env = { ...process.env, npm_config_registry: registry, npm_config_fetch_retries: '0' };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'packaging/audit.mjs')], { env }, (error, stdout) => {
      resolve({ status: error ? Number(error.code) : 0, stdout });
    });
  });
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(join(ROOT, file), 'utf8')) as T;
}
