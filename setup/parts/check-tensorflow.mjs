/**
 * Loads TensorFlow through the binding, computes with it, and prints whether it uses the `cpu` or the `gpu`. Runs in a
 * process of its own, since it may crash.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const util = require('node:util');

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
// tfjs-node 4.22 calls these; Node 23 removed them.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

const tf = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-node-gpu');
const [sum] = tf.add(tf.tensor1d([1]), tf.tensor1d([2])).dataSync();
if (tf.getBackend() !== 'tensorflow' || sum !== 3) {
  throw new Error(`1 + 2 is ${sum} on the backend "${tf.getBackend()}"`);
}
console.log(tf.backend().isUsingGpuDevice ? 'gpu' : 'cpu');
