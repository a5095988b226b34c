/** The npm package that calls TensorFlow's native library: where its native parts are, and whether they work. */
import { join } from 'node:path';
import { root } from '../tools/project.mjs';
import { run } from '../tools/run.mjs';

export const BINDING = 'lib/napi-v8/tfjs_binding.node';
export const packageFolder = join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
export const packageDeps = join(packageFolder, 'deps');
export const packageBinding = join(packageFolder, BINDING);

/**
 * Loads TensorFlow through the package in a process of its own, and fails if that process does.
 * @returns {Promise<string>} the device that it uses, `cpu` or `gpu`
 */
export async function check() {
  return (await run(process.execPath, [join(import.meta.dirname, 'check-tensorflow.mjs')])).trim();
}
