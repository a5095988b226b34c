/** Selects the patches of ink that are writing: not specks, frames, punched holes, or the dark around the paper. */
import { type Component, longerSide } from './components';

/** A separate stroke has at least this fraction of the largest stroke's ink; anything less is a speck. */
const MIN_STROKE_MASS = 0.03;
/** In pixels; smaller digits cannot be read. */
const MIN_SIDE = 8;
/** A patch along the border for this fraction of its longer side surrounds the paper. */
const BORDER_CONTACT = 0.5;
/** A disc fills 0.79 of its box; strokes fill less, except straight ones, which are long. */
const MIN_BLOB_FILL = 0.68;
const MAX_BLOB_ASPECT = 1.5;
/**
 * A punched hole covers nearly the same area as the ellipse in its box: at least this fraction of what either covers. Only
 * 4 of MNIST's 60,000 digits do.
 */
const MIN_DISC_OVERLAP = 0.86;
/** The maximum distance of a punched hole from the border, as a fraction of the picture's side. */
const HOLE_MARGIN = 0.2;

interface Size {
  width: number;
  height: number;
}

/** @param massOf returns the amount of ink of a component */
export function writingOf(components: Component[], page: Size, massOf: (component: Component) => number): Component[] {
  const onPaper = withoutSurroundings(components, page);
  const unframed = onPaper.filter((frame) => !onPaper.some((other) => isFrameOf(frame, other, page.width)));
  const unpunched = withoutHoles(unframed, page);
  // Small patches alone are only grain.
  if (unpunched.every((component) => longerSide(component) < MIN_SIDE)) return [];
  const max = unpunched.reduce((most, component) => Math.max(most, massOf(component)), 0);
  return unpunched.filter((component) => massOf(component) >= MIN_STROKE_MASS * max);
}

/** If a free-standing patch may be a digit, patches that touch the border are a frame or surround the paper. */
function withoutSurroundings(components: Component[], page: Size): Component[] {
  const inside = components.filter((component) => !touchesBorder(component, page));
  const side = inside.reduce((most, component) => Math.max(most, longerSide(component)), 0);
  const isDigit = side >= Math.max(MIN_SIDE, Math.max(page.width, page.height) / 20);
  if (!isDigit) return components;
  // A tightly cropped digit may touch the border in places, and one of its strokes may be free-standing.
  return components.filter((component) => {
    if (!touchesBorder(component, page)) return true;
    const isLargest = longerSide(component) > 2 * side;
    return isLargest && borderContact(component, page) < BORDER_CONTACT * longerSide(component);
  });
}

function touchesBorder({ left, top, right, bottom }: Component, { width, height }: Size): boolean {
  return left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
}

/** The number of its pixels on the border. */
function borderContact({ pixels }: Component, { width, height }: Size): number {
  const isBorder = (at: number) => {
    const x = at % width;
    return x === 0 || x === width - 1 || at < width || at >= width * (height - 1);
  };
  return pixels.reduce((count, at) => count + (isBorder(at) ? 1 : 0), 0);
}

/** Whether a thin line encloses something large enough to be the writing; a dot in a 0 is not. */
function isFrameOf(frame: Component, other: Component, pageWidth: number): boolean {
  const area = (frame.right - frame.left + 1) * (frame.bottom - frame.top + 1);
  return (
    frame.left < other.left &&
    frame.top < other.top &&
    frame.right > other.right &&
    frame.bottom > other.bottom &&
    frame.pixels.length < 0.25 * area &&
    longerSide(other) >= longerSide(frame) / 4 &&
    !isBlob(other) &&
    liesAround(frame, other, pageWidth)
  );
}

/** Whether it has pixels on all four sides of the other, unlike the top and stem of a 7 around its bar. */
function liesAround({ pixels }: Component, other: Component, pageWidth: number): boolean {
  const sides = { left: false, right: false, above: false, below: false };
  for (const at of pixels) {
    const [x, y] = [at % pageWidth, Math.floor(at / pageWidth)];
    if (y >= other.top && y <= other.bottom) {
      sides.left ||= x < other.left;
      sides.right ||= x > other.right;
    }
    if (x >= other.left && x <= other.right) {
      sides.above ||= y < other.top;
      sides.below ||= y > other.bottom;
    }
  }
  return Object.values(sides).every(Boolean);
}

/** Whether it is a filled dot, about as wide as high. */
function isBlob({ pixels, left, top, right, bottom }: Component): boolean {
  const [width, height] = [right - left + 1, bottom - top + 1];
  const isCompact = Math.max(width, height) <= MAX_BLOB_ASPECT * Math.min(width, height);
  return isCompact && pixels.length >= MIN_BLOB_FILL * width * height;
}

/** Whether it is a filled disc, perhaps seen at an angle. */
function isDisc(component: Component, pageWidth: number): boolean {
  if (!isBlob(component)) return false;
  const { pixels, left, top, right, bottom } = component;
  const [rx, ry] = [(right - left + 1) / 2, (bottom - top + 1) / 2];
  const isInEllipse = (at: number) =>
    ((at % pageWidth) + 0.5 - left - rx) ** 2 / rx ** 2 +
      (Math.floor(at / pageWidth) + 0.5 - top - ry) ** 2 / ry ** 2 <=
    1;
  const common = pixels.filter(isInEllipse).length;
  return common >= MIN_DISC_OVERLAP * (pixels.length + Math.PI * rx * ry - common);
}

/** Removes punched holes near the border, if there is anything else. */
function withoutHoles(components: Component[], { width, height }: Size): Component[] {
  const margin = HOLE_MARGIN * Math.max(width, height);
  const isHole = (component: Component) =>
    isDisc(component, width) &&
    Math.min(component.left, component.top, width - component.right, height - component.bottom) < margin;
  const others = components.filter((component) => !isHole(component));
  const side = others.reduce((most, component) => Math.max(most, longerSide(component)), 0);
  return components.filter((component) => !isHole(component) || longerSide(component) > side);
}
