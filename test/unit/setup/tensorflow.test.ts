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
/** The folder that set-up created; none if the package's own install script was used. */
const made = existsSync(native) ? readdirSync(native).find((name) => /^tensorflow-[\d.]+-.pu$/.test(name)) : undefined;

/** A project with the real packages and the real library, but its own copy of the package under test. */
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

/** Copies a folder with hard links, since the library is large. */
function copyOfLinks(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const copy = file.replace(from, to);
    mkdirSync(dirname(copy), { recursive: true });
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(file), copy);
    else if (entry.isFile()) linkSync(file, copy);
  }
}

const onThisSystem = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!onThisSystem)('what TensorFlow needs from the system', () => {
  /** Prepares TensorFlow as an ordinary user on a system that has only these programs and reaches no host. */
  async function prepare(...programs: string[]) {
    const project = new TemporaryProject();
    symlinkSync(join(realRoot, 'node_modules'), project.path('node_modules'));
    for (const name of ['apt-get', 'apt-cache', ...programs]) project.write(`bin/${name}`, '#!/bin/sh\n', 0o755);
    const nowhere = 'http://127.0.0.1:9';
    const { stderr, stdout } = await project.run(
      `process.getuid = () => 1000;
       const { tensorflow } = await import('./setup/parts/tensorflow.mjs');
       const { sources } = await import('./setup/parts/tensorflow-sources.mjs');
       const { runMain } = await import('./setup/tools/messages.mjs');
       console.log(sources.map(({ name }) => name).join());
       await runMain(() => tensorflow.prepare());`,
      { PATH: project.path('bin'), https_proxy: nowhere, http_proxy: nowhere },
    );
    return { stderr, stdout };
  }

  it('is named in one command, before anything is downloaded', async () => {
    const { stderr } = await prepare();
    expect(stderr).toMatch(/sudo apt-get install g\+\+ python3 python3-pip$/m);
    expect(stderr).not.toMatch(/Downloading|attempts failed/);
  });

  it('is reported if the tested version, which comes first, cannot be installed without it', async () => {
    const { stdout, stderr } = await prepare('g++');
    expect(stdout).toMatch(/^tensorflow-2\.21\.0-cpu,tensorflow-2\.9\.1-.pu$/m);
    const [before, after] = stderr.split('Downloading libtensorflow 2.9.1');
    expect(before).toMatch(/sudo apt-get install python3 python3-pip$/m);
    expect(before).not.toMatch(/Downloading/);
    expect(after).toMatch(/could not be set up\. These attempts failed:/);
  });
});

describe.skipIf(made === undefined)("TensorFlow's native library", () => {
  it('is attached to a freshly installed package, without the network, and works', async () => {
    const project = setUp();
    const { stdout, stderr } = await project.prepare('tensorflow.mjs', 'tensorflow');
    expect(stderr).not.toMatch(/download|registry/);
    expect(stdout).toBe('ready\n');
  });

  it('is repaired if the binding is truncated or the link is missing', async () => {
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
