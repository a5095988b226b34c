/** `npm start`: sets up what is missing, builds what has changed, and opens the window. */
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

const words = process.argv.slice(2);

/** What Electron and TensorFlow write while the window is open: notices that are of use only when something fails. */
const output = join(native, 'window.log');

await runMain(async () => {
  // Before set-up: nobody should wait for it only to be told this.
  if (!hasDisplay()) {
    const xvfb = commandExists('xvfb-run') ? '' : '   (on Debian and Ubuntu, first: apt-get install xvfb xauth)';
    throw new SetupError(
      `Digit Studio opens a window, and there is no display to show it on (neither DISPLAY nor WAYLAND_DISPLAY is set).\n` +
        `What you can do:\n` +
        `  - start it from a terminal of your desktop session, or over "ssh -X";\n` +
        `  - give it a virtual display:  xvfb-run -a npm start${xvfb}\n` +
        `  - train without a window:     npm run -s train -- --checkpoints DIR`,
    );
  }
  await prepare({ window: true, sandbox: !words.includes('--no-sandbox') });
  await buildIfChanged();
  await openWindow();
});

/** Runs Electron until its window is closed, and ends as it ends. */
async function openWindow() {
  const { executable, version } = electronRuntime();
  const switches = electronSwitches();
  const unsafe = switches.includes('--no-sandbox') ? ', without its sandbox, which root cannot have' : '';
  step(`Opening Digit Studio (Electron ${version}${unsafe})`);

  const environment = { ...process.env };
  // Some editors' terminals set it; Electron would then be a plain Node.
  delete environment.ELECTRON_RUN_AS_NODE;
  const file = openSync(output, 'w');
  const child = spawn(executable, [...switches, root, ...words], { stdio: ['inherit', file, file], env: environment });
  closeSync(file);
  let wasInterrupted = false;
  process.on('SIGINT', () => {
    // The terminal has interrupted Electron as well, which saves and ends; that is waited for.
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
    `Digit Studio ended unexpectedly (${signal ?? `status ${status}`}). Its last words, from ${output}:\n${lastLines}`,
  );
}
