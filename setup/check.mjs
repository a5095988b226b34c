/** `npm run check`: types, lint and format, for daily work. */
import { npmPackages } from './parts/npm-packages.mjs';
import { runSideBySide } from './testing/side-by-side.mjs';
import { staticChecks } from './testing/static-checks.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(async () => {
  if (!npmPackages.isReady()) await npmPackages.prepare();
  const results = await runSideBySide(staticChecks({ cached: true }));
  for (const { name, counts, seconds } of results) {
    console.log(`${counts.failed > 0 ? '✗' : '✓'} ${name} (${seconds.toFixed(1)} s)`);
  }
  process.exitCode = results.some(({ counts }) => counts.failed > 0) ? 1 : 0;
});
