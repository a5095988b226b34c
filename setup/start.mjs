/**
 * `npm start`: sets up what is missing, builds what has changed, and opens the window. With `-- --gpu` it first installs
 * TensorFlow for graphics cards.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfChanged } from './build.mjs';
import { electronSwitches, hasDisplay } from './launch.mjs';
import { electronRuntime } from './parts/electron.mjs';
import { prepare } from './prepare.mjs';
import { SetupError, runMain, step } from './tools/messages.mjs';
import { native, root } from './tools/project.mjs';
import { commandExists } from './tools/run.mjs';

const gpu = process.argv.includes('--gpu');
const words = process.argv.slice(2).filter((word) => word !== '--gpu');

/** The output of Electron and TensorFlow while the window is open; it is only useful if something fails. */
const output = join(native, 'window.log');

await runMain(async () => {
  // Checked before set-up, so that nobody waits for it in vain.
  if (!hasDisplay()) {
    const xvfb = commandExists('xvfb-run') ? '' : '   (on Debian and Ubuntu, first: apt-get install xvfb xauth)';
    throw new SetupError(
      `Digit Studio cannot open its window: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).\n` +
        `What you can do:\n` +
        `  - start it from a terminal of your desktop session, or over "ssh -X";\n` +
        `  - give it a virtual display:  xvfb-run -a npm start${xvfb}\n` +
        `  - train without a window:     npm run -s train -- --checkpoints DIR`,
    );
  }
  await prepare({ window: true, sandbox: !words.includes('--no-sandbox'), gpu });
  await buildIfChanged();
  await openWindow();
});

/** Runs Electron until its window is closed, and exits with the same status. */
async function openWindow() {
  const { executable, version } = electronRuntime();
  const switches = electronSwitches();
  const unsafe = switches.includes('--no-sandbox') ? ', without a sandbox, which does not work for root' : '';
  step(`Opening Digit Studio (Electron ${version}${unsafe})`);

  const environment = { ...process.env };
  // Some editors' terminals set this variable, which turns Electron into plain Node.
  delete environment.ELECTRON_RUN_AS_NODE;
  const file = openSync(output, 'w');
  const child = spawn(executable, [...switches, root, ...words], { stdio: ['inherit', file, file], env: environment });
  closeSync(file);
  let wasInterrupted = false;
  process.on('SIGINT', () => {
    // The terminal has interrupted Electron too. It saves and exits; wait for that.
    wasInterrupted = true;
  });
  process.on('SIGTERM', () => {
    wasInterrupted = true;
    child.kill('SIGTERM');
  });
  const [status, signal] = await once(child, 'exit').catch((error) => {
    throw new SetupError(`${executable} could not be started: ${error.message}`);
  });
  if (status === 0 || wasInterrupted) return;
  const lastLines = readFileSync(output, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
  throw new SetupError(
    `Digit Studio ended unexpectedly (${signal ?? `status ${status}`}). Its last lines, from ${output}:\n${lastLines}`,
  );
}
