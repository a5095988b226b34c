/**
 * `npm run -s pictures`: takes pictures of the real window: those of the documentation, and those of each state in
 * `test-results/pictures`, to be looked at. Ends with status 1 if something is cut off or overlaps in one of them.
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
