/**
 * `npm run -s bench:pad -- FILE [--limit N] [--fast] [--json]`: sets up what is missing, then has the digits of a UNIPEN
 * file read by the application, in its window or, with `--fast`, without one.
 */
import { buildIfChanged } from './build.mjs';
import { hasDisplay } from './launch.mjs';
import { prepare } from './prepare.mjs';
import { onDisplay, runVisibly } from './testing/run-visibly.mjs';
import { runMain } from './tools/messages.mjs';

const words = process.argv.slice(2);
const inWindow = !words.includes('--fast');

await runMain(async () => {
  if (inWindow && !hasDisplay()) {
    await prepare({ display: true });
    const [program, ...rest] = onDisplay([process.execPath, ...process.argv.slice(1)]);
    process.exitCode = await runVisibly(program, rest);
    return;
  }
  await prepare({ window: inWindow });
  if (inWindow) await buildIfChanged();
  await import('tsx');
  await import('../test/bench/pad.ts');
});
