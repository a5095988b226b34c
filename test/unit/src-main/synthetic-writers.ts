/** People with handwriting of their own: some digits have forms that the built-in network was not taught. */
import { randomUUID } from 'node:crypto';
import { toGreyImage } from '../../../src-main/data/grey-image';
import { rngOf } from '../../../src-main/synthesis/rng';
import { isNextHeldOut } from '../../../src-main/drawings/drawings-folder';
import { glyph } from '../../../src-main/synthesis/glyph';
import { type Hand, drawByHand } from '../../../src-main/synthesis/handwriting';
import { penForms } from '../../../src-main/synthesis/pen-forms';
import { normalize } from '../../../src-main/recognition/normalize';
import { rasterize } from '../../../src-main/recognition/rasterize';
import type { LabelledDrawing } from '../../../src-preload/recognition';

/** Forms on a sheet 10 high and about 7 wide, by digit; see `glyph`. The other digits have a usual form. */
export type Writer = Partial<Record<number, string>>;

export const writers: Record<string, Writer> = {
  // A 0 with a bar, a 2 like a barred Z, a 7 barred twice.
  bars: {
    0: '~3.5,0.2 1.2,1.6 0.4,5 1.2,8.4 3.5,9.8 5.8,8.4 6.6,5 5.8,1.6 3.5,0.2; 0.4,5 6.6,5',
    2: '0.4,0.4 6,0.4 0.4,9.8 6.6,9.8; 1.4,5 5,5',
    7: '0.4,0.6 6.2,0.4 3.4,10; 0.6,4 6.2,3.8; 0.6,6 5.8,5.8',
  },
  // A 0 crossed out, a 4 like a chair, a 7 with a foot.
  feet: {
    0: '~3.5,0.2 1.2,1.6 0.4,5 1.2,8.4 3.5,9.8 5.8,8.4 6.6,5 5.8,1.6 3.5,0.2; 0.4,0.4 6.6,9.6',
    4: '0.6,0 0.6,5; ~0.6,4.6 3,3.6 5.6,4.6! 5.6,7 5.6,10',
    7: '0.6,2.4 0.6,0.4 6.2,0.4 2.4,9.8 6.4,9.8',
  },
  // A 4, a 6 and a 9 with loops.
  loops: {
    4: '~5.6,6 2.4,6.4 0.6,5 2.6,2.4 5,0.2! 4.6,5 4.4,10',
    6: '~5.4,1.4 4,0 2.2,1.2 3.4,2.6 5,1.2! 2.4,2.8 0.8,6 1.2,9 3.4,9.8 5.6,8.4 5,6 1.2,6.8',
    9: '~5.4,1.6 3.2,0.2 1,1.8 1.4,4.2 3.6,4.8 5.4,1.8! 5.6,7 4,9.8 1,8.6 2.6,7 6.8,6',
  },
};

/** A firm hand: a person writes more evenly than many people do. */
const hand: Hand = { size: [120, 220], pen: [12, 20], boldest: 0.13 };

/**
 * Draws each digit several times, in turn.
 * @param seed other seeds give other drawings by the same person
 */
export function drawingsOf(writer: Writer, each: number, seed = 1): LabelledDrawing[] {
  const drawings: LabelledDrawing[] = [];
  for (let index = 0; index < 10 * each; index++) {
    const label = index % 10;
    const form = glyph(writer[label] ?? penForms[label]![0]!);
    const drawing = drawByHand(form, rngOf({ seed, purpose: 'penDigits', index }), hand);
    const pixels = toGreyImage(normalize(rasterize(drawing))!.pixels);
    drawings.push({ id: randomUUID(), label, pixels, heldOut: isNextHeldOut(drawings, label) });
  }
  return drawings;
}
