import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TemporaryProject, realRoot } from '../../setup/temporary-project';

test("without the native library's package, WebAssembly is the normal device, and the library is refused", async () => {
  const project = new TemporaryProject();
  mkdirSync(project.path('node_modules/@tensorflow'), { recursive: true });
  for (const folder of ['node_modules', 'node_modules/@tensorflow']) {
    for (const name of readdirSync(join(realRoot, folder))) {
      if (name !== '@tensorflow' && name !== 'tfjs-node-gpu')
        symlinkSync(join(realRoot, folder, name), project.path(`${folder}/${name}`));
    }
  }
  for (const part of ['src-main', 'src-preload']) cpSync(join(realRoot, part), project.path(part), { recursive: true });
  symlinkSync(join(realRoot, 'tsconfig.json'), project.path('tsconfig.json'));
  const { stdout } = await project.run(
    `await import('tsx');
     const { loadNativeLibraryFirst } = await import('./src-main/engine/native-library.ts');
     const { loadTensorFlow, deviceChoices } = await import('./src-main/engine/tensorflow.ts');
     loadNativeLibraryFirst();
     const device = await loadTensorFlow();
     const refusal = await loadTensorFlow('cpu').catch((error) => error.message);
     console.log(JSON.stringify({ device, choices: deviceChoices(), refusal }));`,
  );
  const { device, choices, refusal } = JSON.parse(stdout) as Record<string, unknown>;
  expect(device).toMatchObject({ backend: 'wasm', processor: 'cpu', problem: null });
  expect(choices).toEqual(['auto', 'wasm']);
  expect(refusal).toMatch(/^CPU cannot be used: .*it is not part of this package of Digit Studio/);
});
