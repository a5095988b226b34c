/** Measures the time from a pen's movement until its answer is on the screen. */
import type { Page } from '@playwright/test';

interface Probe {
  milliseconds: number[];
  /** Ends measuring. */
  remove(): void;
}
type Probed = typeof globalThis & { drawingLatency: Probe };

/** A spiral, so that each movement changes the drawing: its turns, and its radius in pad sides. */
const TURNS = 3;
const REACH = 0.38;
/** The pause between two movements in milliseconds. It varies, so that movements are not in step with the screen. */
const REST = { min: 4, max: 27 };

/**
 * Draws on the real pad with real pointer events, one at a time, and waits for each one's answer. The answer, its ten
 * probabilities and what the network sees are shown in the same frame; that frame counts as on the screen when it has
 * been drawn.
 *
 * @param page a window that is ready to be drawn in; the pad is cleared before and after
 * @param count of movements
 * @returns milliseconds from each movement's time stamp until the frame with its answer is drawn, in their order
 */
export async function measureDrawingLatency(page: Page, count: number): Promise<number[]> {
  const pad = page.getByTestId('drawing-pad');
  const { x, y, width } = (await pad.boundingBox())!;
  const at = (i: number) => {
    const share = i / count;
    const angle = 2 * Math.PI * TURNS * share;
    const radius = width * REACH * (0.1 + 0.9 * share);
    return [x + width / 2 + radius * Math.cos(angle), y + width / 2 + radius * Math.sin(angle)] as const;
  };
  await pad.press('Escape');
  await page.mouse.move(...at(0));
  await page.mouse.down();
  // Any answer: the first dot is answered, and no request is pending.
  await page.getByTestId('prediction').filter({ hasText: /\d|–/ }).waitFor();
  await page.evaluate(installProbe);
  for (let i = 1; i <= count; i++) {
    await page.mouse.move(...at(i));
    await page.waitForFunction((answered) => (globalThis as Probed).drawingLatency.milliseconds.length >= answered, i, {
      polling: REST.min + ((i * 7) % (REST.max - REST.min)),
    });
  }
  await page.mouse.up();
  const milliseconds = await page.evaluate(() => {
    const { drawingLatency } = globalThis as Probed;
    drawingLatency.remove();
    return drawingLatency.milliseconds;
  });
  await pad.press('Escape');
  return milliseconds;
}

/**
 * Runs in the window: records each movement on the pad, and the frame after the preview is next painted. Its functions
 * are anonymous, because tsx adds a call to named functions to keep their names.
 */
function installProbe(): void {
  const pad = document.querySelector('[data-testid=drawing-pad]')!;
  const preview = document.querySelector<HTMLCanvasElement>('[data-testid=pad-preview]')!.getContext('2d')!;
  const probe = {
    milliseconds: [] as number[],
    moved: null as number | null,
    handleEvent({ timeStamp }: Event) {
      this.moved ??= timeStamp;
    },
    remove() {
      pad.removeEventListener('pointerrawupdate', this);
      Reflect.deleteProperty(preview, 'putImageData');
    },
  };
  pad.addEventListener('pointerrawupdate', probe);
  const paint = preview.putImageData.bind(preview);
  preview.putImageData = (...image: [ImageData, number, number]) => {
    paint(...image);
    const began = probe.moved;
    probe.moved = null;
    if (began === null) return;
    // The preview is painted with the current frame; the message arrives once that frame is drawn.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => probe.milliseconds.push(performance.now() - began);
    port2.postMessage(null);
  };
  (globalThis as Probed).drawingLatency = probe;
}
