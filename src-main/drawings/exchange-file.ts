/** All drawings in one file, so that they can be kept elsewhere, or two people can exchange them. */
import { z } from 'zod';
import { KeptDrawing } from '@contract/schemas';
import { UserError, reasonOf } from '../base/errors';
import { readChosenFile } from '../base/regular-file';
import { MAX_BYTES, MAX_DRAWINGS, type StoredDrawing } from './drawings-folder';

const FORMAT = 'digit-studio-drawings';
const ExchangeFile = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  drawings: z.array(z.strictObject({ ...KeptDrawing.shape, heldOut: z.boolean() })).max(MAX_DRAWINGS),
});

const BEGINNING = `{"format":"${FORMAT}"`;

/** Says in the file itself what is in it. */
const ABOUT =
  'Handwritten digits from Digit Studio. Each has its digit (label), its image of 28 x 28 grey values (pixels, base64), the pen strokes that it was drawn with (width, points x, y and, for pens, pressure), and whether it is held out for testing. There are no names and no times.';

/** @returns the file's text */
export function encodeDrawings(drawings: StoredDrawing[]): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, about: ABOUT, drawings })}\n`;
}

/** @throws UserError `file-not-read` */
export async function readDrawings(path: string): Promise<StoredDrawing[]> {
  const unreadable = (what: string) => new UserError('file-not-read', `${path} could not be imported: ${what}.`);
  const bytes = await readChosenFile(path, 2 * MAX_BYTES).catch((error: unknown) => {
    throw unreadable(reasonOf(error));
  });
  const content = parse(bytes.toString());
  if (content === undefined && bytes.toString().startsWith(BEGINNING)) {
    throw unreadable('it is damaged or cut off. Copy or export it again');
  }
  const parsed = ExchangeFile.safeParse(content);
  if (parsed.success) return parsed.data.drawings;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.');
  if (!where || where === 'format') {
    throw unreadable('it has no drawings of Digit Studio. Choose a file that was exported under “My handwriting”');
  }
  if (where === 'version') throw unreadable('another version of Digit Studio wrote it. Update Digit Studio');
  throw unreadable(`it is damaged (${where}: ${issue?.message})`);
}

/** @returns undefined, which no schema accepts, if the text is not JSON */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
