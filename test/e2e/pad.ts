import type { Page } from '@playwright/test';

export const SEVEN: [number, number][] = [
  [0.27, 0.22],
  [0.73, 0.22],
  [0.62, 0.45],
  [0.48, 0.82],
];
export const BAR: [number, number][] = [
  [0.4, 0.52],
  [0.7, 0.52],
];

/**
 * Draws on the pad with the mouse; each stroke is a list of points in fractions of the pad's side.
 * @param steps the number of mouse moves between two points
 */
export async function draw(page: Page, strokes: [number, number][][], steps = 4): Promise<void> {
  const pad = (await page.getByTestId('drawing-pad').boundingBox())!;
  const at = ([x, y]: [number, number]) => [pad.x + pad.width * x, pad.y + pad.height * y] as const;
  for (const [first, ...rest] of strokes) {
    await page.mouse.move(...at(first!));
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...at(point), { steps });
    await page.mouse.up();
  }
}
