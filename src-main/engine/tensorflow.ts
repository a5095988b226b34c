/**
 * Chooses what TensorFlow runs on: the native library; if that cannot be loaded, WebAssembly, which needs no
 * installation; and as a last resort JavaScript, which is many times slower still.
 */
import type { Device } from '@contract/contract';
import type { DeviceChoice } from '@contract/schemas';
import { UserError } from '../base/errors';
import { useForNetworks } from '../network/create-network';
import { GraphNetwork, sharedSession } from '../network/graph/graph-network';
import type { NativeBinding } from '../network/graph/native-binding';
import { hasNvidiaDriver, noGraphicsCard } from './graphics-card';
import {
  hasNativePackage,
  hideGraphicsCards,
  isForGraphicsCards,
  isHidingGraphicsCards,
  loadNativeBinding,
} from './native-library';

const HOW_TO_GET_NATIVE =
  'To get the native library, reinstall Digit Studio; in a copy of its sources, "npm start" installs it.';

/** null until the native library is loaded. */
let binding: NativeBinding | null = null;

/** Why the native library could not be loaded the last time; null if it was loaded or not needed. */
let nativeFailure: string | null = null;

/**
 * Sets TensorFlow up on the calling thread, which must be the only one in the process that uses it. It may be called
 * again with another choice; existing networks stay on the device that they were created for.
 * @param choice `auto` picks the native library if it can be loaded, else WebAssembly, else JavaScript
 * @throws UserError `device-unavailable`, or `device-needs-restart`; never for `auto`
 */
export async function loadTensorFlow(choice: DeviceChoice = 'auto'): Promise<Device> {
  if (choice === 'wasm') return useWebAssembly().catch((error: unknown) => refuse(choice, firstLine(error)));
  if (choice === 'javascript') return useJavaScript();
  try {
    return useNativeLibrary(choice);
  } catch (error) {
    if (error instanceof UserError) throw error;
    nativeFailure = hasNativePackage() ? firstLine(error) : 'it is not part of this package of Digit Studio';
  }
  if (choice !== 'auto') refuse(choice, `TensorFlow's native library cannot be loaded (${nativeFailure})`);
  const [device, consequence] = await useWebAssembly().then(
    (wasm) => [wasm, 'training runs in WebAssembly, several times slower'] as const,
    async () => [await useJavaScript(), 'training runs in JavaScript, many times slower'] as const,
  );
  // The small packages are meant to use WebAssembly.
  if (device.backend === 'wasm' && !hasNativePackage()) return device;
  const problem = `TensorFlow's native library cannot be loaded, so ${consequence}. ${HOW_TO_GET_NATIVE} Reason: ${nativeFailure}`;
  return { ...device, problem };
}

/** The devices that can be chosen on this computer, as far as is known. */
export function deviceChoices(): DeviceChoice[] {
  const native: DeviceChoice[] = nativeFailure === null ? ['cpu'] : [];
  const gpu: DeviceChoice[] = native.length > 0 && (hasNvidiaDriver() || isUsingGraphicsCard()) ? ['gpu'] : [];
  return ['auto', ...native, ...gpu, 'wasm'];
}

function useNativeLibrary(choice: 'auto' | 'cpu' | 'gpu'): Device {
  if (choice === 'cpu') hideGraphicsCards();
  const loaded = (binding ??= loadNativeBinding());
  nativeFailure = null;
  const [processor, name] = isUsingGraphicsCard() ? (['gpu', 'GPU'] as const) : (['cpu', 'CPU'] as const);
  if (choice === 'cpu' && processor === 'gpu') needRestart('the processor instead of the graphics card');
  const hasDriver = hasNvidiaDriver();
  if (choice === 'gpu' && processor === 'cpu') {
    if (isHidingGraphicsCards() && hasDriver && isForGraphicsCards()) needRestart('the graphics card');
    const situation = { platform: process.platform, hasDriver, isForGraphicsCards: isForGraphicsCards() };
    refuse(choice, noGraphicsCard(situation));
  }
  useForNetworks({
    create: (weights, momentumBuffers) => new GraphNetwork(weights, momentumBuffers, sharedSession(loaded)),
    isPlainJavaScript: false,
  });
  const hasUnusedGpu = choice === 'auto' && processor === 'cpu' && hasDriver;
  const description = `${name} · TensorFlow ${loaded.TF_Version}`;
  return { backend: 'tensorflow', processor, description, hasUnusedGpu, problem: null };
}

const useWebAssembly = async () => (await import('./without-native-library')).useWebAssembly();
const useJavaScript = async () => (await import('./without-native-library')).useJavaScript();

function isUsingGraphicsCard(): boolean {
  return binding?.isUsingGpuDevice() ?? false;
}

/** The window and the command line name devices differently, so the words name both. */
function refuse(choice: DeviceChoice, reason: string): never {
  const remedy = choice === 'cpu' ? ` ${HOW_TO_GET_NATIVE}` : '';
  const name = choice === 'wasm' ? 'WebAssembly' : choice.toUpperCase();
  const others = choice === 'wasm' ? 'Automatic (auto)' : 'Automatic (auto) or WebAssembly (wasm)';
  throw new UserError(
    'device-unavailable',
    `${name} cannot be used: ${reason}.${remedy} Choose another device: ${others}.`,
  );
}

function needRestart(what: string): never {
  throw new UserError('device-needs-restart', `TensorFlow will use ${what} the next time Digit Studio starts.`);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
