import { createRequire } from 'node:module';
import { availableParallelism, constants } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';

const require = createRequire(import.meta.url);

/** Of all graphics cards; CUDA's word. */
const NONE = '-1';

/**
 * Loads TensorFlow's native library into the process and nothing more. The main script does this
 * before anything else: TensorFlow and the graphics drivers each bring a copy of LLVM, and the process
 * dies when TensorFlow's comes second. A failure is left to `loadTensorFlow` to report.
 */
export function loadNativeLibraryFirst(): void {
  prepareForNativeLibrary();
  try {
    const binding = join(require.resolve('@tensorflow/tfjs-node-gpu/package.json'), '../lib/napi-v8/tfjs_binding.node');
    // Every call inside the library is resolved now. Later, some would find the drivers' LLVM before TensorFlow's own.
    process.dlopen({ exports: {} }, binding, constants.dlopen.RTLD_NOW);
  } catch {
    // The engine's thread tries the same in a moment and says why it cannot be.
  }
}

/** What has to be so before the native library or its JavaScript side is loaded. */
export function prepareForNativeLibrary(): void {
  // oneDNN's convolutions take between half and a third of the time of TensorFlow's own, and are off
  // by default on some processors. The library reads this when it is loaded.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // The network's graph has two halves that run side by side, see `digits-graph.ts`; they share the processor.
  process.env.TF_NUM_INTEROP_THREADS ??= '2';
  process.env.TF_NUM_INTRAOP_THREADS ??= String(Math.max(1, Math.floor(availableParallelism() / 2)));
  // tfjs-node 4.22 calls these; Node 23 removed them.
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}

/**
 * Keeps TensorFlow from using a graphics card. Must be called before the library is used for the first time, and on the
 * main thread: other threads have a copy of the environment, which the library does not see.
 */
export function hideGraphicsCards(): void {
  process.env.CUDA_VISIBLE_DEVICES = NONE;
}

export function isHidingGraphicsCards(): boolean {
  return process.env.CUDA_VISIBLE_DEVICES === NONE;
}
