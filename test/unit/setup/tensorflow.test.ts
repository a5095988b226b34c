import {
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { symlinkSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryProject, realRoot } from './temporary-project';

const scope = 'node_modules/@tensorflow';
const binding = `${scope}/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node`;
const native = join(realRoot, '.native');
/** The folder that set-up made; none where the package's own install script was used. */
const made = existsSync(native) ? readdirSync(native).find((name) => /^tensorflow-[\d.]+-.pu$/.test(name)) : undefined;

/** A project with the real packages and the real library, but with its own copy of the package that is worked on. */
function setUp() {
  const project = new TemporaryProject();
  mkdirSync(project.path(scope), { recursive: true });
  const own = join(scope, 'tfjs-node-gpu');
  const link = (name: string) => {
    if (name !== '@tensorflow' && name !== own) symlinkSync(join(realRoot, name), project.path(name));
  };
  for (const name of readdirSync(join(realRoot, 'node_modules')))
    if (name !== '@tensorflow') link(`node_modules/${name}`);
  for (const name of readdirSync(join(realRoot, scope))) link(`${scope}/${name}`);
  cpSync(join(realRoot, own), project.path(own), {
    recursive: true,
    filter: (file) => !/tfjs-node-gpu\/(deps|lib)$/.test(file),
  });
  copyOfLinks(join(native, made ?? ''), project.path(`.native/${made ?? ''}`));
  return project;
}

/** Copies a folder by hard links, for the library is large. */
function copyOfLinks(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const copy = file.replace(from, to);
    mkdirSync(dirname(copy), { recursive: true });
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(file), copy);
    else if (entry.isFile()) linkSync(file, copy);
  }
}

describe.skipIf(made === undefined)("TensorFlow's native library", () => {
  it('is attached to a freshly installed package, without the network, and works', async () => {
    const project = setUp();
    const { stdout, stderr } = await project.prepare('tensorflow.mjs', 'tensorflow');
    expect(stderr).not.toMatch(/download|registry/);
    expect(stdout).toBe('ready\n');
  });

  it('is mended when the binding was cut short or the link is gone', async () => {
    const project = setUp();
    await project.prepare('tensorflow.mjs', 'tensorflow');
    const whole = statSync(project.path(binding)).size;

    truncateSync(project.path(binding), 1000);
    expect((await project.prepare('tensorflow.mjs', 'tensorflow')).stdout).toBe('ready\n');
    expect(statSync(project.path(binding)).size).toBe(whole);

    rmSync(project.path(`${scope}/tfjs-node-gpu/deps`));
    expect((await project.prepare('tensorflow.mjs', 'tensorflow')).stdout).toBe('ready\n');
    expect(lstatSync(project.path(`${scope}/tfjs-node-gpu/deps`)).isSymbolicLink()).toBe(true);
  });
});
