/** TensorFlow.js's own backends. In a file of its own, loaded on demand, since the library would slow the start down. */
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import type { Device } from '@contract/contract';
import { useForNetworks } from '../network/create-network';
import { PlainNetwork } from '../network/plain/plain-network';
import { loadWebAssembly } from './webassembly';

const require = createRequire(import.meta.url);

/** @throws Error if it cannot be loaded */
export async function useWebAssembly(): Promise<Device> {
  silence();
  await loadWebAssembly();
  return use('wasm', 'WebAssembly');
}

export async function useJavaScript(): Promise<Device> {
  silence();
  require('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  return use('javascript', 'JavaScript, slow');
}

/** Silences TensorFlow.js's advice to install the native library: the device's `problem` gives better advice. */
function silence(): void {
  tf.enableProdMode();
}

function use(backend: 'wasm' | 'javascript', name: string): Device {
  useForNetworks({
    create: (weights, momentumBuffers) => new PlainNetwork(weights, momentumBuffers),
    isPlainJavaScript: backend === 'javascript',
  });
  return {
    backend,
    processor: 'cpu',
    description: `CPU · ${name} (TensorFlow.js ${tf.version_core})`,
    hasUnusedGpu: false,
    problem: null,
  };
}
