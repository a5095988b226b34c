/** Draws continuously, like a hand that never rests for long. */
import type { Page } from '@playwright/test';

/** Milliseconds between two movements: slightly shorter than a frame. */
const PACE = 10;
const MOVEMENTS_IN_STROKE = 50;
const STROKES_IN_DRAWING = 4;

/** Draws one drawing after the other on the real pad. @param wanted whether to continue; called before each stroke */
export async function keepDrawing(page: Page, wanted: () => boolean): Promise<void> {
  const pad = page.getByTestId('drawing-pad');
  const { x, y, width } = (await pad.boundingBox())!;
  for (let stroke = 0; wanted(); stroke++) {
    if (stroke % STROKES_IN_DRAWING === 0) await pad.press('Escape');
    const at = (i: number) => {
      const angle = (2 * Math.PI * i) / MOVEMENTS_IN_STROKE + stroke;
      return [x + width * (0.5 + 0.3 * Math.cos(angle)), y + width * (0.5 + 0.25 * Math.sin(2 * angle))] as const;
    };
    await page.mouse.move(...at(0));
    await page.mouse.down();
    for (let i = 1; i <= MOVEMENTS_IN_STROKE; i++) {
      await Promise.all([page.mouse.move(...at(i)), new Promise((resolve) => setTimeout(resolve, PACE))]);
    }
    await page.mouse.up();
  }
  await pad.press('Escape');
}
