import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { hasNvidiaDriver, noGraphicsCard } from '../../../../src-main/engine/graphics-card';
import { temporaryFolder } from '../../temporary-folder';

test.each([
  ['proc/driver/nvidia/version', true],
  ['dev/nvidiactl', true],
  ['usr/lib/wsl/lib/libcuda.so.1', true],
  ['proc/driver/rtc', false],
])('a system with %s has an NVIDIA driver: %s', async (file, expected) => {
  const system = await temporaryFolder();
  await mkdir(dirname(join(system, file)), { recursive: true });
  await writeFile(join(system, file), '');
  expect(hasNvidiaDriver(system)).toBe(expected);
});

test.each([
  ['darwin', false, false, /only on Linux/],
  ['win32', false, false, /only on Linux/],
  ['linux', false, false, /no NVIDIA driver on this computer/],
  ['linux', false, true, /no NVIDIA driver on this computer/],
  ['linux', true, false, /for processors only.*"npm start -- --gpu".*Help › Graphics Card/],
  ['linux', true, true, /finds no graphics card that it can use; docs\/performance\.md/],
] as const)(
  'on %s, driver %s, library for cards %s: the reason names what to do',
  (platform, hasDriver, isFor, reason) => {
    expect(noGraphicsCard({ platform, hasDriver, isForGraphicsCards: isFor })).toMatch(reason);
  },
);
