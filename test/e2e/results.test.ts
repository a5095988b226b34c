import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './studio';

test('the results tell what is read wrong, and each image goes to the pad', async ({ open }) => {
  const { page } = await open();
  await page.getByTestId('explore').click();
  const matrix = page.getByTestId('confusion-matrix');
  await expect(page.getByTestId('results-summary')).toContainText(
    /99\.\d\s% The built-in network reads 9,9\d\d of 10,000 test images of MNIST right/,
  );
  const counts = (await matrix.locator('button.cell').allInnerTexts()).map((text) => Number(text.replace(',', '')));
  expect(counts).toHaveLength(100);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().include('[role=tabpanel]').analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);

  // A cell lists what it counts.
  await page.getByTestId('confusion-9-4').click();
  await expect(page.getByTestId('listed')).toHaveText(`${counts[94]}\u00a0images`);
  const first = page.getByTestId('mistakes').getByRole('button').first();
  await expect(first).toHaveAccessibleName(/^Image \d+: labelled 9, read 4 with \d+\s%/);

  // From cell to cell with the arrow keys.
  await page.getByTestId('confusion-9-4').press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('listed')).toHaveText(`${counts[95]}\u00a0image${counts[95] === 1 ? '' : 's'}`);

  // The worst mistake goes to the pad by Enter, and is read there as it was in the test.
  await page.getByTestId('list-mistakes').click();
  const read = /read (\d)/.exec((await first.getAttribute('aria-label'))!)![1]!;
  await first.press('Enter');
  await expect(page.getByTestId('prediction')).toHaveText(read);

  // All 10,000 are listed, and only those in view exist.
  await page.getByTestId('list-unsure').click();
  await expect(page.getByTestId('listed')).toHaveText('10,000\u00a0images');
  await first.press('End');
  const last = page.getByTestId('mistakes').locator('[data-place="9999"]');
  await expect(last).toBeFocused();
  expect(await page.getByTestId('mistakes').getByRole('button').count()).toBeLessThan(300);
  await expect
    .poll(() =>
      last.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, i) => i % 4 === 0 && value > 200);
      }),
    )
    .toBe(true);

  // Dragged to the pad it is the same picture.
  await last.dragTo(page.getByTestId('drawing-pad'));
  const label = /read (\d)/.exec((await last.getAttribute('aria-label'))!)![1]!;
  await expect(page.getByTestId('prediction')).toHaveText(label);
});
