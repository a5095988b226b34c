/** Two ways to read a drawing: with the application's window, and with the same code without it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Drawing } from '../../src-preload/schemas';
import { PIXELS } from '../../src-main/data/mnist';
import type { BundledModel } from '../../src-main/recognition/bundled-model';
import { PAD_SIDE } from '../../src-main/recognition/rasterize';
import { recognize } from '../../src-main/recognition/recognize';
import { Studio } from '../e2e/studio';

export interface Answer {
  /** null for "–". */
  digit: number | null;
  /** What the network saw, 28 x 28 grey values. */
  preview: Uint8Array;
}

/** @param drawing drawn with the pad's default pen, as the window will draw it */
export type Reader = (drawing: Drawing) => Promise<Answer>;

export function readerWithoutWindow(model: BundledModel): Reader {
  return (drawing) => Promise.resolve(recognize(model, drawing));
}

/** Opens the application with a new profile, so that the built-in network reads, and draws with the mouse. */
export async function withWindow(use: (read: Reader) => Promise<void>): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'digit-studio-pad-'));
  const studio = await Studio.open(profile);
  try {
    await use((drawing) => readInWindow(studio, drawing));
  } finally {
    await studio.quit();
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function readInWindow(studio: Studio, { strokes }: Drawing): Promise<Answer> {
  const paths = strokes.map(({ points }) => points.map(([x, y]): [number, number] => [x / PAD_SIDE, y / PAD_SIDE]));
  await studio.draw(paths, 1);
  const { text, pixels } = await studio.page.evaluate(readAnswer);
  await studio.page.keyboard.press('Escape');
  if (pixels.length !== PIXELS) throw new Error('The window shows no preview.');
  return { digit: text === '–' ? null : Number(text), preview: Uint8Array.from(pixels) };
}

/** Runs in the window. */
async function readAnswer(): Promise<{ text: string; pixels: number[] }> {
  // The engine answers in order. The pad has at most one pending request and one that follows it. After two requests
  // of ours, one after the other, the pad's answer is about the whole drawing.
  for (let i = 0; i < 2; i++) await window.studio.request('recognize', '{"strokes":[]}');
  await new Promise(requestAnimationFrame);
  const text = document.querySelector('[data-testid=prediction]')?.textContent ?? '';
  const preview = document.querySelector<HTMLCanvasElement>('[data-testid=pad-preview]');
  const data = preview?.getContext('2d')?.getImageData(0, 0, preview.width, preview.height).data ?? [];
  return { text, pixels: Array.from(data).filter((_, i) => i % 4 === 0) };
}
