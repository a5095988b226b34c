/** Determines which versions of the system's C and C++ libraries the native files require. */
import { join } from 'node:path';
import { run } from '../../setup/tools/run.mjs';

/**
 * @param {string} folder  the program's
 * @param {boolean} native  whether TensorFlow's native library is in it
 * @returns {Promise<string[]>} dependencies in Debian's notation
 */
export async function cLibraries(folder, native) {
  const tensorflow = join(folder, 'resources/app.asar.unpacked/node_modules/@tensorflow/tfjs-node-gpu');
  const libraries = ['lib/napi-v8/tfjs_binding.node', 'deps/lib/libtensorflow.so'].map((file) =>
    join(tensorflow, file),
  );
  const needed = await run('objdump', ['-p', join(folder, 'digit-studio'), ...(native ? libraries : [])]);
  const versions = [...needed.matchAll(/GLIBC_(\d+)\.(\d+)/g)].map(([, major, minor]) => [
    Number(major),
    Number(minor),
  ]);
  const [newest] = versions.toSorted((a, b) => b[0] - a[0] || b[1] - a[1]);
  if (!native) return [`libc6 (>= ${newest.join('.')})`];
  // The binding was compiled on this machine, so it needs the C++ library of this machine's compiler.
  const compiler = (await run('g++', ['-dumpversion'])).split('.')[0].trim();
  return [`libc6 (>= ${newest.join('.')})`, `libstdc++6 (>= ${compiler})`];
}
