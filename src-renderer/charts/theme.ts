import { MediaQuery, createSubscriber } from 'svelte/reactivity';
import { on } from '../bridge';

export interface ChartColours {
  text: string;
  muted: string;
  grid: string;
  surface: string;
  trainLoss: string;
  testLoss: string;
}

const dark = new MediaQuery('prefers-color-scheme: dark');

/** Frames come again when the process that draws windows has been started again. */
const followCanvases = createSubscriber((update) =>
  on('canvasesEmptied', () => requestAnimationFrame(() => requestAnimationFrame(update))),
);

export interface Theme {
  dark: boolean;
  colour: (name: string) => string;
}

/**
 * Reads colours from the style sheet, e.g. `ink`, for canvases, which cannot use its variables. An effect
 * that calls this runs again when the system switches between light and dark, and when canvases have become empty.
 */
export function theme(): Theme {
  followCanvases();
  const style = getComputedStyle(document.documentElement);
  return { dark: dark.current, colour: (name) => style.getPropertyValue(`--${name}`).trim() };
}

/** The window's typeface, which canvases do not inherit. */
export const fontFamily = (): string => getComputedStyle(document.body).fontFamily;
