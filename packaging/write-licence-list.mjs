/** `npm run licences`: writes the list of the npm packages in the application and their licences. */
import { writeFileSync } from 'node:fs';
import { build } from '../setup/build.mjs';
import { prepare } from '../setup/prepare.mjs';
import { runMain } from '../setup/tools/messages.mjs';

await runMain(async () => {
  await prepare({ packaging: true });
  const { stageApplication } = await import('./application.mjs');
  const { describeLicences, licenceList } = await import('./licences.mjs');
  await build();
  await stageApplication({ native: true });
  writeFileSync(licenceList, describeLicences());
});
