/** Dashes and markers distinguish the lines of several runs even for people who do not see their colours. */

export interface RunStyle {
  /** Lengths of dash and gap in pixels; empty for an unbroken line. */
  dash: number[];
  /** Chart.js's names. */
  marker: 'circle' | 'rect' | 'triangle' | 'rectRot' | 'crossRot';
}

const dashes = [[], [8, 4]];
const markers = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot'] as const;

/** @param slot 0 to 9: no two have the same dash and marker */
export function runStyle(slot: number): RunStyle {
  return {
    dash: dashes[Math.floor(slot / markers.length) % dashes.length]!,
    marker: markers[slot % markers.length]!,
  };
}

/** Names of colours in the style sheet, for ten runs. */
export const slotColour = (slot: number): string => `run-${(slot % 10) + 1}`;
