/**
 * Chooses what TensorFlow runs on: the native library, or, where that cannot be loaded, TensorFlow.js's
 * own JavaScript backend, which is slow but needs nothing.
 */
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import type { Device } from '@contract/contract';
import { prepareForNativeLibrary } from './native-library';

const require = createRequire(import.meta.url);

/** What tfjs-node's backend has beyond others. */
interface NativeBackend {
  binding: { TF_Version: string };
  isUsingGpuDevice: boolean;
}

/** Sets TensorFlow up on the thread that calls; there must be only one such thread in a process at a time. */
export async function loadTensorFlow(): Promise<Device> {
  try {
    return useNativeLibrary();
  } catch (error) {
    return useJavaScript(firstLine(error));
  }
}

function useNativeLibrary(): Device {
  prepareForNativeLibrary();
  require('@tensorflow/tfjs-node-gpu');
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as NativeBackend;
  const [processor, name] = isUsingGpuDevice ? (['gpu', 'GPU'] as const) : (['cpu', 'CPU'] as const);
  return { backend: 'tensorflow', processor, description: `${name} · TensorFlow ${binding.TF_Version}`, problem: null };
}

/** @param reason why the native library cannot be used */
export async function useJavaScript(reason: string): Promise<Device> {
  // Silences the advice to install the native library: the device's `problem` gives it better.
  tf.enableProdMode();
  require('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  return {
    backend: 'javascript',
    processor: 'cpu',
    description: `CPU · JavaScript, slow (TensorFlow.js ${tf.version_core})`,
    problem: `TensorFlow's native library cannot be loaded, so training runs in JavaScript and takes many times longer. Install Digit Studio anew; in a copy of its sources, "npm start" mends it. The reason: ${reason}`,
  };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
