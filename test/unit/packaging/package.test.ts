import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { realRoot } from '../setup/temporary-project';
import { temporaryFolder } from '../temporary-folder';

it.skipIf(process.platform !== 'linux')('packages with another Electron are not built unless requested', async () => {
  const runtime = await temporaryFolder();
  writeFileSync(join(runtime, 'electron'), '');
  chmodSync(join(runtime, 'electron'), 0o755);
  writeFileSync(join(runtime, 'version'), '33.2.1');
  const { status, stderr } = spawnSync(process.execPath, ['packaging/package.mjs'], {
    cwd: realRoot,
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: runtime },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/would contain Electron 33\.2\.1 instead of the declared [\d.]+/);
  expect(stderr).toMatch(/npm run package -- --with-fallback/);
});
