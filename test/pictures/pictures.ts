/**
 * `npm run -s pictures`: takes the documentation's pictures of the real window, and pictures of each of its states in
 * `test-results/pictures`, for inspection. Exits with status 1 if anything in them is cut off or overlaps.
 */
import { takeForDocumentation } from './documentation';
import { takeStates } from './states';

async function main(): Promise<void> {
  await takeForDocumentation();
  const faults = await takeStates();
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
