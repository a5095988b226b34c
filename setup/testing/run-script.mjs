import { buildIfChanged } from '../build.mjs';
import { hasDisplay } from '../launch.mjs';
import { prepare } from '../prepare.mjs';
import { onDisplay, runVisibly } from './run-visibly.mjs';

/**
 * Sets up what is missing, then runs a script in this process, or, where it needs a display and there is
 * none, once more on a virtual one.
 * @param {string} script  its place in `test`
 * @param {{ inWindow: boolean }} options  whether it starts the application
 */
export async function runScript(script, { inWindow }) {
  if (inWindow && !hasDisplay()) {
    await prepare({ display: true });
    const [program, ...rest] = onDisplay([process.execPath, ...process.argv.slice(1)]);
    process.exitCode = await runVisibly(program, rest);
    return;
  }
  await prepare({ window: inWindow });
  if (inWindow) await buildIfChanged();
  await import('tsx');
  await import(`../../test/${script}`);
}
