/** The sources of TensorFlow's native library for Linux on x64. */
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { download } from '../tools/download.mjs';
import { note } from '../tools/messages.mjs';
import { freshScratch } from '../tools/whole-folder.mjs';
import { pythonWheel } from '../tools/registry.mjs';
import { commandExists, run } from '../tools/run.mjs';
import { unzip } from '../tools/unzip.mjs';
import { needs } from './system-libraries.mjs';

/**
 * @typedef {object} Source
 * @property {string} name  of the folder that is made from it
 * @property {string[]} needs  what the system must have, by the names in system-libraries.mjs
 * @property {(folder: string) => Promise<void>} fetch  puts `lib/libtensorflow.so`, `lib/libtensorflow_framework.so`
 *   and `include/tensorflow/c/...` into a folder
 */

const archives = {
  cpu: {
    url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz',
    sha256: '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
  },
  gpu: {
    url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz',
    sha256: '20c46f761d5905f592c4eac0812e8e50d9cb439f9440a9391912cf4c02ed8be8',
  },
};

/** The library that @tensorflow/tfjs-node-gpu 4.22 was made for, from TensorFlow's own host. @returns {Source} */
function official() {
  const device = existsSync('/proc/driver/nvidia') || commandExists('nvidia-smi') ? 'gpu' : 'cpu';
  const { url, sha256 } = archives[device];
  return {
    name: `tensorflow-2.9.1-${device}`,
    needs: needs.binding,
    async fetch(folder) {
      note(`Downloading libtensorflow 2.9.1 for the ${device.toUpperCase()} from TensorFlow's own host ...`);
      const archive = join(freshScratch('tensorflow-download'), basename(url));
      await download(url, archive, sha256);
      await run('tar', ['-xzf', archive, '-C', folder]);
      rmSync(archive);
    },
  };
}

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
    await unzip(file, folder, pathInLibrary);
    symlinkSync('libtensorflow_cc.so.2', join(folder, 'lib/libtensorflow.so'));
    symlinkSync('libtensorflow_framework.so.2', join(folder, 'lib/libtensorflow_framework.so'));
    rmSync(dirname(file), { recursive: true });
  },
};

/** Selects the two libraries and the headers of the C interface among thousands of files. @param {string} name */
function pathInLibrary(name) {
  const file = name.replace(/^tensorflow\//, '');
  if (/^libtensorflow_(cc|framework)\.so\.2$/.test(file)) return `lib/${file}`;
  const isHeader = /^include\/(tensorflow\/c\/|(tensorflow\/core|tsl)\/platform\/ctstring|xla\/tsl\/c\/).*\.h$/;
  return isHeader.test(file) ? file : undefined;
}

/** The tested source comes first. */
export const sources = [fromRegistry, official()];
