/** Loads TensorFlow.js's WebAssembly backend, and makes it fit to train with. */
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import { registerWebAssemblyKernels } from '../network/plain/webassembly-kernels';

const require = createRequire(import.meta.url);

/** What is used of the backend's module, which Emscripten made. */
interface WasmModule {
  _malloc: (bytes: number) => number;
  _free: (address: number) => void;
  HEAPU8: Uint8Array;
}

/** Its allocator counts the bytes that it is asked for as a number of 32 bits with a sign. */
const MAX_ALLOCATION = 2 ** 31 - 1;

let isLoaded = false;

/** Makes it the backend that TensorFlow.js uses. @throws Error when it cannot be loaded */
export async function loadWebAssembly(): Promise<void> {
  // The gradients of TensorFlow.js's operations.
  require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its WebAssembly backend');
  if (isLoaded) return;
  isLoaded = true;
  registerWebAssemblyKernels();
  failWithoutMemory((tf.backend() as unknown as { wasm: WasmModule }).wasm);
}

/** Where there is no memory its allocator gives an address all the same, 0 or one near the end, and all would be lost. */
function failWithoutMemory(wasm: WasmModule): void {
  // The first call puts the function itself in its place.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = bytes <= MAX_ALLOCATION ? allocate(bytes) >>> 0 : 0;
    const isThere = address > 0 && address + bytes <= wasm.HEAPU8.length;
    if (!isThere) throw new Error(`WebAssembly is out of memory: ${bytes} bytes cannot be had.`);
    return address;
  };
}
