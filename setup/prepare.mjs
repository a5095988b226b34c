/**
 * Set-up: installs whatever is missing of what `npm start`, `npm test` and the command line need.
 *
 * Each part can quickly tell whether it is ready, so a run with nothing to do takes almost no time. A part that is not
 * ready is created in a scratch folder and moved into place when it is complete, so the next run completes one that was
 * interrupted at any point.
 */
import { rmSync } from 'node:fs';
import { electron } from './parts/electron.mjs';
import { gpuTensorflow } from './parts/gpu-tensorflow.mjs';
import { node24 } from './parts/node24.mjs';
import { npmPackages } from './parts/npm-packages.mjs';
import { needs, systemLibraries } from './parts/system-libraries.mjs';
import { tensorflow } from './parts/tensorflow.mjs';
import { withLock } from './tools/lock.mjs';
import { SetupError, warn } from './tools/messages.mjs';
import { scratch } from './tools/project.mjs';

/**
 * @typedef {object} Part
 * @property {() => boolean} isReady  quick and without side effects
 * @property {() => Promise<void>} prepare  makes it ready, or fails with a SetupError
 */

/**
 * @param {{ window?: boolean, tests?: boolean, packaging?: boolean, display?: boolean, sandbox?: boolean, gpu?: boolean, webassembly?: boolean }} [purpose]
 *   `display`: whether a virtual display is needed; `sandbox`: whether the window's processes are sandboxed; `gpu`:
 *   whether to install TensorFlow for graphics cards; `webassembly`: packaging without TensorFlow's native library
 */
export async function prepare({
  window = false,
  tests = false,
  packaging = false,
  display = tests,
  sandbox = window,
  gpu = false,
  webassembly = false,
} = {}) {
  const system = [
    ...(window ? needs.window : []),
    ...(sandbox ? needs.sandbox : []),
    ...(display ? needs.display : []),
    ...(packaging ? needs.packaging : []),
  ];
  const wished = [
    ...(webassembly || tensorflow.isReady() ? [] : [...needs.binding, ...needs.wheel]),
    ...(tests ? [...needs.images, ...needs.trial] : []),
  ];
  /** @type {Part[]} */
  const parts = [
    npmPackages,
    // Before the system libraries, whose step also checks what this Electron's sandbox needs.
    ...(window || packaging || webassembly ? [electron] : []),
    systemLibraries(system, wished),
    // Before the usual library, which is then not needed.
    ...(gpu ? [optional(gpuTensorflow(), 'Training stays as it was. To try again: npm start -- --gpu', '')] : []),
    ...(webassembly ? [] : [nativeLibrary(tests || packaging)]),
    ...(tests ? [node24, optional(systemLibraries(needs.images), 'Tests that use them will not run.')] : []),
    ...(tests ? [optional(systemLibraries(needs.trial), 'The package will not be built and tested.')] : []),
  ];
  if (parts.every((part) => part.isReady())) return;
  await withLock(async () => {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    for (const part of parts) {
      if (!part.isReady()) await part.prepare();
    }
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  });
}

/** The application also works without it, but slowly. @param {boolean} isNeeded @returns {Part} */
function nativeLibrary(isNeeded) {
  if (isNeeded) return tensorflow;
  const { isReady, failedToday, prepare } = tensorflow;
  const part = { isReady: () => isReady() || failedToday(), prepare };
  return optional(part, 'Training will run in WebAssembly, several times slower.');
}

/**
 * A part whose failure is shown as a warning and does not stop set-up.
 * @param {Part} part
 * @param {string} consequence
 * @param {string} [next]  what happens then
 * @returns {Part}
 */
function optional(part, consequence, next = ' The next run will try again.') {
  return {
    isReady: () => part.isReady(),
    async prepare() {
      try {
        await part.prepare();
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        warn(`${error.message}\n\n${consequence}${next}`);
      }
    },
  };
}
