/**
 * Loads TensorFlow through the binding, computes with it, and prints whether it uses the `cpu` or the `gpu`. Runs in a
 * process of its own, since it may crash.
 */
import { createRequire } from 'node:module';
import { packageBinding } from './tensorflow-package.mjs';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const binding = createRequire(import.meta.url)(packageBinding);
const tensors = [1, 2].map((value) => binding.createTensor([1], binding.TF_FLOAT, Float32Array.of(value)));
const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
const [{ id }] = binding.executeOp('AddV2', [type], tensors, 1);
const [sum] = binding.tensorDataSync(id);
if (sum !== 3) throw new Error(`1 + 2 is ${sum} in TensorFlow`);
console.log(binding.isUsingGpuDevice() ? 'gpu' : 'cpu');
