/** `npm run test:unit -- [arguments of vitest]`: sets up what is missing, then runs the unit tests. */
import { prepare } from './prepare.mjs';
import { runVisibly } from './testing/run-visibly.mjs';
import { runMain } from './tools/messages.mjs';
import { programOf } from './tools/run.mjs';

await runMain(async () => {
  await prepare();
  process.exitCode = await runVisibly(process.execPath, [programOf('vitest'), 'run', ...process.argv.slice(2)]);
});
