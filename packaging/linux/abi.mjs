/** Determines which versions of the system's C and C++ libraries the native files require. */
import { join } from 'node:path';
import { run } from '../../setup/tools/run.mjs';
import { executable, programFolder } from './program.mjs';

const TENSORFLOW = join(programFolder, 'resources/app.asar.unpacked/node_modules/@tensorflow/tfjs-node-gpu');
const NATIVE = [
  executable,
  join(TENSORFLOW, 'lib/napi-v8/tfjs_binding.node'),
  join(TENSORFLOW, 'deps/lib/libtensorflow.so'),
];

/** @returns {Promise<string[]>} dependencies in Debian's notation */
export async function cLibraries() {
  const needed = await run('objdump', ['-p', ...NATIVE]);
  const versions = [...needed.matchAll(/GLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [
    Number(major),
    Number(minor),
  ]);
  const [newest] = versions.toSorted((a, b) => b[0] - a[0] || b[1] - a[1]);
  // The binding was compiled on this machine, so it needs the C++ library of this machine's compiler.
  const compiler = (await run('g++', ['-dumpversion'])).split('.')[0].trim();
  return [`libc6 (>= ${newest.join('.')})`, `libstdc++6 (>= ${compiler})`];
}
