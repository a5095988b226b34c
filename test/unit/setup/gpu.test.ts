import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { TemporaryProject, realRoot } from './temporary-project';
import { made, projectWithTensorFlow, scope } from './tensorflow-project';
import { type ZipEntry, zip } from './zip';

const fake = join(realRoot, 'test/fixtures/fake-tensorflow/tensorflow.cc');
const include = join(realRoot, '.native', made ?? '', 'deps/include');
const proprietary =
  'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\nGCC version: 12\n';

interface Driver {
  version: string | undefined;
}

describe("NVIDIA's driver", () => {
  const versionFile = 'system/proc/driver/nvidia/version';
  const open = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (root@here)\n';

  test.each([
    ['of a desktop', { [versionFile]: proprietary }, { version: '550.54.15' }],
    ['with open sources', { [versionFile]: open }, { version: '580.65.06' }],
    ['in a form that is not known', { [versionFile]: 'something else\n' }, { version: undefined }],
    ['in a container', { 'system/dev/nvidiactl': '' }, { version: undefined }],
    ["in Windows' Linux", { 'system/usr/lib/wsl/lib/libcuda.so.1': '' }, { version: undefined }],
    ['that is not there', { 'system/proc/driver/other': '' }, undefined],
  ])('%s is told from the system', async (_, files, expected: Driver | undefined) => {
    const project = new TemporaryProject();
    for (const [file, content] of Object.entries(files)) project.write(file, content);
    const { nvidiaDriver } = await project.load<{ nvidiaDriver: (system: string) => Driver | undefined }>(
      'parts/nvidia-driver.mjs',
    );
    expect(nvidiaDriver(project.path('system'))).toEqual(expected);
  });
});

/** Does what `npm start -- --gpu` does about TensorFlow, or without `gpu`, what `npm start` does. */
function prepare(project: TemporaryProject, gpu: boolean, environment: Record<string, string> = {}) {
  return project.run(
    `import { runMain } from './setup/tools/messages.mjs';
     import { gpuTensorflow } from './setup/parts/gpu-tensorflow.mjs';
     import { tensorflow } from './setup/parts/tensorflow.mjs';
     for (const part of [${gpu ? `gpuTensorflow('./system'),` : ''} tensorflow])
       await runMain(async () => { if (!part.isReady()) await part.prepare(); });
     console.log(tensorflow.isReady() ? 'ready' : 'not ready');`,
    {
      PATH: `${project.path('bin')}:${process.env.PATH}`,
      PIP_NO_INDEX: '1',
      PIP_FIND_LINKS: project.path('index'),
      ...environment,
    },
  );
}

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('npm start -- --gpu', () => {
  test.each([
    ['without a driver', '', /There is no NVIDIA driver on this computer, so nothing was downloaded/],
    [
      'with a driver that is too old',
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.82.01  Wed\n',
      /470\.82\.01, is too old/,
    ],
  ])('%s downloads nothing', async (_, version, message) => {
    const project = new TemporaryProject();
    if (version) project.write('system/proc/driver/nvidia/version', version);
    project.write(
      'setup/parts/tensorflow.mjs',
      `export const tensorflow = { isReady: () => true };
      export const usesGpuLibrary = () => false; export const installGpuLibrary = () => process.exit(9);`,
    );
    const { status, stderr } = await prepare(project, true);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});

const folderOf = (project: TemporaryProject) => project.path('libraries');

/** Links a library with this name that does nothing to others. */
function emptyLibrary(folder: string, name: string, ...linked: string[]): Buffer {
  const file = join(folder, name);
  execFileSync('ld', ['-shared', '-soname', name, '--no-as-needed', join(folder, 'nothing.o'), ...linked, '-o', file]);
  return readFileSync(file);
}

/**
 * Makes the small libraries in place of TensorFlow's, and a compiler that remembers the binding, which takes seconds.
 * The usual library consists of them, and is found as if set-up had installed it.
 */
function makeLibraries(project: TemporaryProject): void {
  const folder = folderOf(project);
  mkdirSync(folder);
  execFileSync('g++', ['-c', '-x', 'c++', '/dev/null', '-o', join(folder, 'nothing.o')]);
  const name = 'libtensorflow_cc.so.2';
  execFileSync('g++', ['-shared', '-fPIC', `-Wl,-soname,${name}`, fake, '-o', join(folder, name)]);
  emptyLibrary(folder, 'libtensorflow_framework.so.2');
  project.write(
    'bin/g++',
    `#!/bin/sh
     for output; do :; done
     [ -f '${folder}/binding' ] || ${execFileSync('which', ['g++'], { encoding: 'utf8' }).trim()} -O0 "$@" && cp -n "$output" '${folder}/binding'
     cp '${folder}/binding' "$output"`,
    0o755,
  );
  const usual = project.path(`.native/${made}`);
  for (const library of [name, 'libtensorflow_framework.so.2']) {
    rmSync(join(usual, 'deps/lib', library));
    cpSync(join(folder, library), join(usual, 'deps/lib', library));
  }
  const manifest = JSON.parse(readFileSync(join(usual, 'manifest.json'), 'utf8')) as { files: Record<string, number> };
  for (const file of Object.keys(manifest.files)) manifest.files[file] = lstatSync(join(usual, file)).size;
  rmSync(join(usual, 'manifest.json'));
  writeFileSync(join(usual, 'manifest.json'), JSON.stringify(manifest));
}

/** Writes a Python package into the project's index. @returns its line in the list of packages */
function wheel(project: TemporaryProject, name: string, version: string, tag: string, files: ZipEntry[]): object {
  const information = `${name.replaceAll('-', '_')}-${version}.dist-info`;
  const entry = (path: string, content: string) => ({ name: `${information}/${path}`, content, mode: 0o100644 });
  const content = zip([
    ...files,
    entry('METADATA', `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`),
    entry('WHEEL', `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: ${tag}\n`),
    entry('RECORD', ''),
  ]);
  project.write(`index/${name.replaceAll('-', '_')}-${version}-${tag}.whl`, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { name, version, sha256, megabytes: Math.ceil(content.length / 1e6) };
}

/** Writes an index with small packages in place of TensorFlow's and NVIDIA's. @returns the list of packages */
function writeIndex(project: TemporaryProject) {
  const folder = folderOf(project);
  const library = (path: string, content: Buffer) => ({ name: path, content, mode: 0o100755 });
  const empty = (path: string, ...linked: string[]) =>
    library(path, emptyLibrary(folder, basename(path), ...linked.map((name) => join(folder, name))));
  const headers = readdirSync(include, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath, found.name))
    .map((file) => ({
      name: file.replace(include, 'tensorflow/include'),
      content: readFileSync(file),
      mode: 0o100644,
    }));
  const ofTensorFlow = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  const cuda = ['cuda_runtime/lib/libcudart.so.12', 'cufft/lib/libcufft.so.11', 'cusparse/lib/libcusparse.so.12'];
  const linked = [
    ...['cublas/lib/libcublasLt.so.12', 'cublas/lib/libcublas.so.12'],
    ...['cusolver/lib/libcusolver.so.11', 'cudnn/lib/libcudnn.so.9'],
  ];
  return [
    wheel(project, 'tensorflow', '2.21.0', 'cp313-cp313-manylinux_2_27_x86_64', [
      ...headers,
      ...ofTensorFlow.map((name) => library(`tensorflow/${name}`, readFileSync(join(folder, name)))),
      { name: 'tensorflow/python/other.so', content: 'not needed', mode: 0o100755 },
    ]),
    {
      ...wheel(project, 'nvidia-cudnn-cu12', '9.10.2.21', 'py3-none-manylinux2014_x86_64', [
        ...cuda.map((path) => empty(`nvidia/${path}`)),
        // Some are linked to libraries in other folders, and to one that is not in the list.
        empty('nvidia/cudnn/lib/libcudnn_graph.so.9'),
        empty('nvidia/cublas/lib/libcublasLt.so.12'),
        empty('nvidia/cublas/lib/libcublas.so.12', 'libcublasLt.so.12'),
        empty('nvidia/cusolver/lib/libcusolver.so.11', 'libcublas.so.12'),
        empty('nvidia/cudnn/lib/libcudnn.so.9', 'libcublas.so.12', 'libcudnn_graph.so.9'),
        { name: 'nvidia/cudnn/include/cudnn.h', content: 'not needed', mode: 0o100644 },
      ]),
      libraries: [...cuda, ...linked].map((path) => basename(path)),
    },
  ];
}

describe.skipIf(made === undefined)('TensorFlow for graphics cards', () => {
  it('is installed on request, stays in use, finds its libraries, and leaves the other one working if it fails', async () => {
    const project = projectWithTensorFlow();
    project.write('system/proc/driver/nvidia/version', proprietary);
    makeLibraries(project);
    const wheels = writeIndex(project);
    const list = (packages: object[]) => {
      project.write(
        'setup/parts/gpu-wheels.mjs',
        `export const gpuWheels = ${JSON.stringify(packages)};
         export const oldestDriver = '525.60.13';
         export const gigabytesNeeded = 0.001;`,
      );
    };
    const deps = project.path(`${scope}/tfjs-node-gpu/deps`);
    const inUse = () => basename(join(realpathSync(deps), '..'));
    list(wheels);

    // Nothing installs it but the request, also with a driver.
    expect((await prepare(project, false)).stdout).toBe('ready\n');
    expect(inUse()).toBe(made);

    // A package that is not the expected one.
    list([wheels[0]!, { ...wheels[1], sha256: '0'.repeat(64) }]);
    const refused = await prepare(project, true);
    expect(refused.stderr).toMatch(/downloading TensorFlow 2\.21 with its own CUDA 12, 0\.0 GB/);
    expect(refused.stderr).toMatch(/Downloading 2 of 2: nvidia-cudnn-cu12 9\.10\.2\.21/);
    expect(refused.stderr).toMatch(/nvidia-cudnn-cu12==9\.10\.2\.21 is not the expected one and was discarded/);
    expect(refused.stdout).toBe('ready\n');
    expect(inUse()).toBe(made);

    // A library that crashes.
    list(wheels);
    const crashed = await prepare(project, true, { FAKE_TENSORFLOW_CRASH: '1' });
    expect(crashed.stderr).toMatch(/check-tensorflow\.mjs .*failed \(SIGABRT\)/);
    expect(crashed.stdout).toBe('ready\n');
    expect(inUse()).toBe(made);
    expect(existsSync(project.path('.native/tensorflow-2.21.0-gpu'))).toBe(false);

    const installed = await prepare(project, true);
    expect(installed.stderr).not.toMatch(/✗|!/);
    expect(installed.stdout).toBe('ready\n');
    expect(inUse()).toBe('tensorflow-2.21.0-gpu');
    expect(existsSync(join(deps, 'nvidia/cudnn/include'))).toBe(false);
    expect(existsSync(project.path('.native/gpu-wheels'))).toBe(false);

    // Again, and without the request: nothing to do.
    for (const gpu of [true, false])
      expect(await prepare(project, gpu)).toMatchObject({ stdout: 'ready\n', stderr: '' });
    expect(inUse()).toBe('tensorflow-2.21.0-gpu');

    // The application, which sets no search path, uses the card, and its settings are there when the library is loaded.
    for (const part of ['src-main', 'src-preload'])
      cpSync(join(realRoot, part), project.path(part), { recursive: true });
    symlinkSync(join(realRoot, 'tsconfig.json'), project.path('tsconfig.json'));
    const log = project.path('library.log');
    const used = await project.run(
      `await import('tsx');
       const { loadTensorFlow, deviceChoices } = await import('./src-main/engine/tensorflow.ts');
       console.log(JSON.stringify([await loadTensorFlow('gpu'), deviceChoices()]));`,
      { FAKE_TENSORFLOW_LOG: log, LD_LIBRARY_PATH: undefined },
    );
    expect(JSON.parse(used.stdout)).toMatchObject([
      { backend: 'tensorflow', processor: 'gpu', description: 'GPU · TensorFlow 2.21.0', problem: null },
      ['auto', 'cpu', 'gpu', 'wasm'],
    ]);
    expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([
      'TF_DETERMINISTIC_OPS=1',
      'TF_FORCE_GPU_ALLOW_GROWTH=true',
      'NVIDIA_TF32_OVERRIDE=0',
      'CUBLAS_WORKSPACE_CONFIG=:4096:8',
    ]);
  });
});
