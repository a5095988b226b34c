import { expect, test } from 'vitest';
import { usableBounds } from '../../../../src-main/app/window-bounds';

const size = { width: 1280, height: 800 };
const laptop = { x: 0, y: 25, width: 1440, height: 875 };
/** To the left of the laptop's screen. */
const screen = { x: -2560, y: 0, width: 2560, height: 1440 };

test.each([
  ['none is remembered', { x: null, y: null }, [laptop], false],
  ['it is on the display', { x: 100, y: 60 }, [laptop], true],
  ['it extends beyond the right edge', { x: 1300, y: 60 }, [laptop], true],
  ['too little is visible at the right edge', { x: 1350, y: 60 }, [laptop], false],
  ['too little is visible at the left edge', { x: -1200, y: 60 }, [laptop], false],
  ['it is on another display', { x: -2000, y: 500 }, [laptop, screen], true],
  ['that display is gone', { x: -2000, y: 500 }, [laptop], false],
  ['its title bar is above the display', { x: 100, y: -300 }, [laptop], false],
  ['its title bar is below the display', { x: 100, y: 850 }, [laptop], false],
])('the position is kept only if the window can be dragged: %s', (_what, place, workAreas, isKept) => {
  expect(usableBounds({ ...place, ...size }, workAreas)).toEqual(isKept ? { ...place, ...size } : size);
});
