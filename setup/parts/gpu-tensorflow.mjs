/** What `npm start -- --gpu` adds: TensorFlow for graphics cards, which needs nothing but NVIDIA's driver. */
import { mkdirSync, statfsSync } from 'node:fs';
import { SetupError, note, step, warn } from '../tools/messages.mjs';
import { native } from '../tools/project.mjs';
import { gigabytesNeeded, gpuWheels, oldestDriver } from './gpu-wheels.mjs';
import { isOlder, nvidiaDriver } from './nvidia-driver.mjs';
import { installGpuLibrary, usesGpuLibrary } from './tensorflow.mjs';

/** @param {string} [system]  the system's root folder @returns {import('../prepare.mjs').Part} */
export function gpuTensorflow(system = '/') {
  return {
    isReady: usesGpuLibrary,
    async prepare() {
      refuseUnlessUsable(system);
      const gigabytes = gpuWheels.reduce((sum, { megabytes }) => sum + megabytes, 0) / 1000;
      step(
        `TensorFlow for graphics cards: downloading TensorFlow 2.21 with its own CUDA 12, ${gigabytes.toFixed(1)} GB`,
      );
      note("CUDA and cuDNN are NVIDIA's, under NVIDIA's licences. Ctrl+C stops; what is downloaded is kept.");
      if (await installGpuLibrary()) return;
      warn(
        `TensorFlow for graphics cards is installed, but finds no card that it can use, so training stays on the processor. ` +
          `docs/performance.md has what to check.`,
      );
    },
  };
}

/** @param {string} system @throws {SetupError} if TensorFlow could not use a graphics card here */
function refuseUnlessUsable(system) {
  const nothing = 'so nothing was downloaded';
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(`TensorFlow uses graphics cards only on Linux with an x64 processor, ${nothing}.`);
  }
  const driver = nvidiaDriver(system);
  if (!driver) {
    throw new SetupError(
      `There is no NVIDIA driver on this computer, ${nothing}. TensorFlow uses only NVIDIA's graphics cards. ` +
        `If there is one, install its driver, version ${oldestDriver} or later, and try again.`,
    );
  }
  if (driver.version !== undefined && isOlder(driver.version, oldestDriver)) {
    throw new SetupError(
      `NVIDIA's driver on this computer, version ${driver.version}, is too old for CUDA 12, ${nothing}. ` +
        `Install version ${oldestDriver} or later, and try again.`,
    );
  }
  mkdirSync(native, { recursive: true });
  const { bavail, bsize } = statfsSync(native);
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytesNeeded) {
    throw new SetupError(
      `${native} has ${free.toFixed(1)} GB free, but the installation needs ${gigabytesNeeded} GB, ${nothing}. Make room, and try again.`,
    );
  }
}
