import { lstatSync, rmSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryProject, realRoot } from './temporary-project';
import { made, projectWithTensorFlow, scope } from './tensorflow-project';

const binding = `${scope}/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node`;

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
    const project = projectWithTensorFlow();
    const { stdout, stderr } = await project.prepare('tensorflow.mjs', 'tensorflow');
    expect(stderr).not.toMatch(/download|registry/);
    expect(stdout).toBe('ready\n');
  });

  it('is repaired if the binding is truncated or the link is missing', async () => {
    const project = projectWithTensorFlow();
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
