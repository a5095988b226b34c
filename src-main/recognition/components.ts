/** A connected patch of ink: its pixels and their bounding box. */
export interface Component {
  pixels: number[];
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const longerSide = ({ left, top, right, bottom }: Component): number => Math.max(right - left, bottom - top) + 1;

/** @returns the patches of pixels that are connected by sides or corners, row by row */
export function componentsOf(width: number, height: number, isInk: (at: number) => boolean): Component[] {
  const seen = new Uint8Array(width * height);
  const components: Component[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] || !isInk(start)) continue;
    seen[start] = 1;
    const pixels = [start];
    const component: Component = { pixels, left: width, top: height, right: 0, bottom: 0 };
    // The list grows while it is iterated.
    for (const at of pixels) {
      const x = at % width;
      const y = Math.floor(at / width);
      component.left = Math.min(component.left, x);
      component.right = Math.max(component.right, x);
      component.top = Math.min(component.top, y);
      component.bottom = Math.max(component.bottom, y);
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (seen[next] || !isInk(next)) continue;
          seen[next] = 1;
          pixels.push(next);
        }
      }
    }
    components.push(component);
  }
  return components;
}
