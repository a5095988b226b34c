import type { Network } from './network';
import { type Weights, zeroWeights } from './parameters';

/** How networks are made for a device. */
export interface NetworkDevice {
  create(weights: Weights, momentumBuffers: Weights): Network;
  /** Many times slower than anything else. */
  isPlainJavaScript: boolean;
}

let device: NetworkDevice | null = null;

/** Makes new networks run on this device; existing ones stay where they are. */
export function useForNetworks(chosen: NetworkDevice): void {
  device = chosen;
}

/** @throws if no device was chosen yet, see `loadTensorFlow` */
function currentDevice(): NetworkDevice {
  if (device === null) throw new Error('There is no device for networks yet.');
  return device;
}

/** Makes a network on the current device. @param momentumBuffers the initial ones; zeros by default */
export function createNetwork(weights: Weights, momentumBuffers = zeroWeights()): Network {
  return currentDevice().create(weights, momentumBuffers);
}

/** Whether networks run in plain JavaScript. */
export function isPlainJavaScript(): boolean {
  return currentDevice().isPlainJavaScript;
}
