import { obstacleToLimits, withMemoryLeft } from '../memory-limit';
import { expect, test } from './studio';

test('a run for which there is too little memory says so, the window stays, and Resume trains when there is some', async ({
  open,
  folder,
}) => {
  test.skip(obstacleToLimits !== null, obstacleToLimits ?? '');
  const studio = await open();
  const { page } = studio;
  test.skip(
    !(await page.getByTestId('device').textContent())!.includes('CPU · TensorFlow'),
    'a GPU has its own memory',
  );
  await studio.chooseFolder(folder);
  await studio.set('batchSize', 10_000);
  const banner = page.getByTestId('error-banner');
  await withMemoryLeft(300e6, studio.process.pid!, async () => {
    await studio.start();
    await expect(studio.runState).toHaveText('failed');
    await expect(banner).toContainText(
      /a batch of 10000 images needs at least \d+ MB more memory, and \d+ MB are free\. Close other programs, and Resume/,
    );
    expect(await studio.step()).toBe(0);
  });
  await banner.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => studio.step()).toBeGreaterThan(0);
  await expect(banner).toHaveCount(0);
  expect(await studio.quit()).toBe(0);
});
