import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, constants } from 'node:os';
import { dirname, join } from 'node:path';
import type { NativeBinding } from '../network/graph/native-binding';

const require = createRequire(import.meta.url);

/** CUDA's value for no graphics cards. */
const NONE = '-1';

/**
 * Only loads TensorFlow's native library into the process. The main script must do so before anything
 * else: TensorFlow and the graphics drivers each contain a copy of LLVM, and the process crashes if
 * TensorFlow's is loaded second. Failures are ignored here; `loadTensorFlow` reports them.
 */
export function loadNativeLibraryFirst(): void {
  prepareForNativeLibrary();
  try {
    // Resolve all the library's symbols now: later, some would bind to the drivers' LLVM instead of TensorFlow's.
    process.dlopen({ exports: {} }, bindingFile(), constants.dlopen.RTLD_NOW);
  } catch {
    // The engine thread will try again and report the reason.
  }
}

/**
 * Loads the native library and the binding through which it is called. The package's own JavaScript is not loaded: it
 * makes each operation available, which networks do not need, and took half of the engine's start.
 * @throws if either cannot be loaded
 */
export function loadNativeBinding(): NativeBinding {
  prepareForNativeLibrary();
  return require(bindingFile()) as NativeBinding;
}

/** Must be called before the library is loaded. */
function prepareForNativeLibrary(): void {
  // oneDNN's convolutions take a third to a half of the time of TensorFlow's own, but are off by default on some
  // processors. The library reads this variable when it is loaded.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // Keeps the memory of freed tensors for the next ones. Electron's own allocator returns it to the system at once,
  // which made training in the window a third as fast.
  process.env.TF_CPU_ALLOCATOR_USE_BFC ??= '1';
  // The two halves of the network's graph run in parallel and share the processor, see `digits-graph.ts`.
  process.env.TF_NUM_INTEROP_THREADS ??= '2';
  process.env.TF_NUM_INTRAOP_THREADS ??= String(Math.max(1, Math.floor(availableParallelism() / 2)));
  if (isForGraphicsCards()) prepareForGraphicsCards();
}

/** Makes results on a graphics card repeatable, as they are on a processor. */
function prepareForGraphicsCards(): void {
  // Operations that are not deterministic are refused, see `digits-graph.ts`.
  process.env.TF_DETERMINISTIC_OPS ??= '1';
  process.env.CUBLAS_WORKSPACE_CONFIG ??= ':4096:8';
  // Full precision in matrix products and convolutions, as on a processor.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  // TensorFlow would otherwise take all of the card's memory, also from the desktop.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
}

/** Whether the native library can use graphics cards. Set-up installs that one with CUDA beside it. */
export function isForGraphicsCards(): boolean {
  try {
    return existsSync(join(packageFolder(), 'deps/nvidia'));
  } catch {
    return false;
  }
}

/** Whether the package that has the native library is there at all; in a copy of the sources it always is. */
export function hasNativePackage(): boolean {
  try {
    return packageFolder() !== '';
  } catch {
    return false;
  }
}

/** @throws if the package is not installed */
function bindingFile(): string {
  return join(packageFolder(), 'lib/napi-v8/tfjs_binding.node');
}

/** @throws if the package is not installed */
function packageFolder(): string {
  return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

/**
 * Keeps TensorFlow from using a graphics card. Call it before the library's first use and on the main thread: other
 * threads have a copy of the environment, which the library does not see.
 */
export function hideGraphicsCards(): void {
  process.env.CUDA_VISIBLE_DEVICES = NONE;
}

export function isHidingGraphicsCards(): boolean {
  return process.env.CUDA_VISIBLE_DEVICES === NONE;
}
