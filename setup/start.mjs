/** `npm start`: sets up what is missing, builds what has changed, and opens the window. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildIfChanged } from './build.mjs';
import { checkSandbox, electronSwitches, hasDisplay } from './launch.mjs';
import { electronRuntime } from './parts/electron.mjs';
import { prepare } from './prepare.mjs';
import { SetupError, note, runMain, step } from './tools/messages.mjs';
import { root } from './tools/project.mjs';
import { commandExists } from './tools/run.mjs';

const words = process.argv.slice(2);

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
  await prepare({ window: true });
  await buildIfChanged();
  await openWindow();
});

/** Runs Electron until its window is closed, and ends as it ends. */
async function openWindow() {
  const { dir, executable, version } = electronRuntime();
  const switches = electronSwitches();
  if (!words.includes('--no-sandbox')) checkSandbox(dir);
  step(`Opening Digit Studio (Electron ${version})`);
  if (switches.includes('--no-sandbox')) note('Running as root, where Electron has to go without its sandbox.');

  const environment = { ...process.env };
  // Some editors' terminals set it; Electron would then be a plain Node.
  delete environment.ELECTRON_RUN_AS_NODE;
  const child = spawn(executable, [...switches, root, ...words], { stdio: 'inherit', env: environment });
  let asked = false;
  process.on('SIGINT', () => {
    // The terminal has interrupted Electron as well, which saves and ends; that is waited for.
    asked = true;
  });
  process.on('SIGTERM', () => {
    asked = true;
    child.kill('SIGTERM');
  });
  const [status, signal] = await once(child, 'exit').catch((error) => {
    throw new SetupError(`${executable} could not be started: ${error.message}`);
  });
  if (status !== 0 && !asked)
    throw new SetupError(`Digit Studio ended unexpectedly (${signal ?? `status ${status}`}).`);
}
