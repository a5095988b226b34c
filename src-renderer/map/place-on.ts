/** Where the map's points are on the page. */

/** Room around the points, for the rings and names. */
const MARGIN = 22;
/** The radius of a ring around an image. */
export const RING = 7;

/** @returns pixels for a coordinate from -1 to 1, in a square in the middle of the canvas */
export function placeOn(width: number, height: number): (x: number, y: number) => [number, number] {
  const radius = Math.max(1, Math.min(width, height) / 2 - MARGIN);
  // The map may be wider than high.
  const stretch = Math.min(1.6, Math.max(1, (width / 2 - MARGIN) / radius));
  return (x, y) => [width / 2 + radius * stretch * x, height / 2 + radius * y];
}

export type At = ReturnType<typeof placeOn>;
