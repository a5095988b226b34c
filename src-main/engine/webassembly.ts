/** Loads TensorFlow.js's WebAssembly backend and adapts it for training. */
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import { registerWebAssemblyKernels } from '../network/plain/webassembly-kernels';

const require = createRequire(import.meta.url);

/** The members used of the backend's module, which Emscripten generates. */
interface WasmModule {
  _malloc: (bytes: number) => number;
  _free: (address: number) => void;
  HEAPU8: Uint8Array;
}

/** The allocator takes the number of bytes as a signed 32-bit integer. */
const MAX_ALLOCATION = 2 ** 31 - 1;

let isLoaded = false;

/** Makes WebAssembly the current backend. @throws Error if it cannot be loaded */
export async function loadWebAssembly(): Promise<void> {
  // Registers the gradients of TensorFlow.js's operations.
  require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its WebAssembly backend');
  if (isLoaded) return;
  isLoaded = true;
  registerWebAssemblyKernels();
  failWithoutMemory((tf.backend() as unknown as { wasm: WasmModule }).wasm);
}

/** Without memory the allocator returns an invalid address, 0 or one near the end, and using it would lose all data. */
function failWithoutMemory(wasm: WasmModule): void {
  // The first call replaces Emscripten's stubs with the functions themselves.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = bytes <= MAX_ALLOCATION ? allocate(bytes) >>> 0 : 0;
    const isThere = address > 0 && address + bytes <= wasm.HEAPU8.length;
    if (!isThere)
      throw new Error(`WebAssembly is out of memory: ${bytes.toLocaleString('en')} bytes could not be allocated.`);
    return address;
  };
}
