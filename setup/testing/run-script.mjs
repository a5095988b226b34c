import { buildIfChanged } from '../build.mjs';
import { hasDisplay } from '../launch.mjs';
import { prepare } from '../prepare.mjs';
import { startDisplay } from './display.mjs';

/**
 * Sets up what is missing, then runs a script in this process. Its windows open on the desktop, or on a virtual display if
 * there is no desktop.
 * @param {string} script  its path relative to `test`
 * @param {{ inWindow: boolean }} options  whether it starts the application
 */
export async function runScript(script, { inWindow }) {
  const display = inWindow && !hasDisplay();
  await prepare({ window: inWindow, display });
  if (display) await startDisplay();
  if (inWindow) await buildIfChanged();
  await import('tsx');
  await import(`../../test/${script}`);
}
