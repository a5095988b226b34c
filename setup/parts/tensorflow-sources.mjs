/** The sources of TensorFlow's native library for Linux on x64. */
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { download } from '../tools/download.mjs';
import { note } from '../tools/messages.mjs';
import { freshScratch } from '../tools/whole-folder.mjs';
import { pythonWheel } from '../tools/registry.mjs';
import { native } from '../tools/project.mjs';
import { run } from '../tools/run.mjs';
import { unzip } from '../tools/unzip.mjs';
import { gpuWheels } from './gpu-wheels.mjs';
import { needs } from './system-libraries.mjs';

/**
 * @typedef {object} Source
 * @property {string} name  of the folder that is made from it
 * @property {string[]} needs  what the system must have, by the names in system-libraries.mjs
 * @property {(folder: string) => Promise<void>} fetch  puts `lib/libtensorflow.so`, `lib/libtensorflow_framework.so`
 *   and `include/tensorflow/c/...` into a folder
 * @property {(folder: string) => string[]} [linkerFlags]  for the binding; the folder is that of `fetch`
 */

const archive = {
  url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz',
  sha256: '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
};

/**
 * The library that @tensorflow/tfjs-node-gpu 4.22 was made for, from TensorFlow's own host. Its form for graphics cards
 * needs CUDA 11.2 and cuDNN 8.1 of 2020, so it is not offered.
 * @type {Source}
 */
const official = {
  name: 'tensorflow-2.9.1-cpu',
  needs: needs.binding,
  async fetch(folder) {
    note("Downloading libtensorflow 2.9.1 from TensorFlow's own host ...");
    const file = join(freshScratch('tensorflow-download'), basename(archive.url));
    await download(archive.url, file, archive.sha256);
    await run('tar', ['-xzf', file, '-C', folder]);
    rmSync(file);
  },
};

const wheel = {
  name: 'tensorflow-cpu==2.21.0',
  platform: ['--python-version', '3.11', '--implementation', 'cp', '--platform', 'manylinux_2_27_x86_64'],
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
};

/**
 * A newer library from the Python registry. The binding uses only its C interface, which includes everything in the old
 * one. The tests run on it.
 * @type {Source}
 */
const fromRegistry = {
  name: 'tensorflow-2.21.0-cpu',
  needs: [...needs.binding, ...needs.wheel],
  async fetch(folder) {
    note('Downloading TensorFlow 2.21.0 from the Python registry (about 280 MB) ...');
    const file = await pythonWheel(wheel.name, wheel.platform, wheel.sha256);
    await unpackTensorFlow(file, folder);
    rmSync(dirname(file), { recursive: true });
  },
};

/** @param {string} file  the wheel @param {string} folder */
async function unpackTensorFlow(file, folder) {
  await unzip(file, folder, pathInLibrary);
  symlinkSync('libtensorflow_cc.so.2', join(folder, 'lib/libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', join(folder, 'lib/libtensorflow_framework.so'));
}

/** Selects the two libraries and the headers of the C interface among thousands of files. @param {string} name */
function pathInLibrary(name) {
  const file = name.replace(/^tensorflow\//, '');
  if (/^libtensorflow_(cc|framework)\.so\.2$/.test(file)) return `lib/${file}`;
  const isHeader = /^include\/(tensorflow\/c\/|(tensorflow\/core|tsl)\/platform\/ctstring|xla\/tsl\/c\/).*\.h$/;
  return isHeader.test(file) ? file : undefined;
}

/** The tested source comes first. */
export const sources = [fromRegistry, official];

/** pip's arguments for wheels of several generations, all of which run on the systems that TensorFlow's runs on. */
const gpuPlatform = [
  ...['--python-version', '3.13', '--implementation', 'cp'],
  ...['manylinux_2_27_x86_64', 'manylinux_2_18_x86_64', 'manylinux2014_x86_64'].flatMap((name) => ['--platform', name]),
];

/** Downloaded wheels stay here until the library works, so that an installation that failed need not begin again. */
export const gpuDownloads = join(native, 'gpu-wheels');

/**
 * TensorFlow for graphics cards, with its own CUDA. Used only when a person asks for it.
 * @type {Source}
 */
export const gpuSource = {
  name: 'tensorflow-2.21.0-gpu',
  needs: [...needs.binding, ...needs.wheel],
  async fetch(folder) {
    const wheels = [];
    for (const [i, { name, version, sha256, megabytes }] of gpuWheels.entries()) {
      note(`Downloading ${i + 1} of ${gpuWheels.length}: ${name} ${version} (${megabytes} MB) ...`);
      const options = { folder: join(gpuDownloads, name), retries: 5 };
      wheels.push(await pythonWheel(`${name}==${version}`, gpuPlatform, sha256, options));
    }
    note('Unpacking ...');
    const [tensorflow, ...cuda] = wheels;
    await unpackTensorFlow(tensorflow, folder);
    for (const wheel of cuda) await unzip(wheel, folder, (name) => (isCudaLibrary.test(name) ? name : undefined));
  },
  linkerFlags(folder) {
    const folders = readdirSync(join(folder, 'nvidia')).map((part) => `nvidia/${part}/lib`);
    const libraries = gpuWheels.flatMap(({ libraries = [] }) => libraries);
    return [
      // The old kind of search path, which also applies to the libraries that these libraries load.
      '-Wl,--disable-new-dtags,--no-as-needed',
      ...folders.flatMap((path) => ['-L', join(folder, path), `-Wl,-rpath,$ORIGIN/../../deps/${path}`]),
      ...libraries.map((library) => `-l:${library}`),
    ];
  },
};

const isCudaLibrary = /^nvidia\/[^/]+\/lib\/[^/]+\.so(\.\d+)*$/;
