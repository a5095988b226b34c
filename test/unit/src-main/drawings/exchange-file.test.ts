import { randomUUID } from 'node:crypto';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DrawingsFolder } from '../../../../src-main/drawings/drawings-folder';
import { encodeDrawings, readDrawings } from '../../../../src-main/drawings/exchange-file';
import { temporaryFolder } from '../../temporary-folder';

const drawing = (label: number, heldOut: boolean) => ({
  id: randomUUID(),
  label,
  pixels: Buffer.alloc(784, label).toString('base64'),
  strokes: [{ width: 20, points: [[1, 2] as [number, number], [30, 40, 1.5] as [number, number, number]] }],
  heldOut,
});

test('an exported file is imported as it was, but nothing that is there already', async () => {
  const parent = await temporaryFolder();
  const path = join(parent, 'theirs.json');
  const drawings = [drawing(1, true), drawing(1, false), drawing(7, true)];
  await writeFile(path, encodeDrawings(drawings));
  const folder = new DrawingsFolder(join(parent, 'drawings'));
  await folder.add([{ ...drawings[1]!, label: 4 }]);
  expect(await folder.add(await readDrawings(path))).toBe(2);
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  // Which ones are held out stays: a network may have been taught with the others.
  const expected = [drawings[0]!, { ...drawings[1]!, label: 4 }, drawings[2]!].sort(byId);
  expect((await folder.read()).drawings).toEqual(expected);
  await folder.forgetAll();
  expect(await folder.read()).toEqual({ drawings: [], damaged: [] });
});

test('a drawing that is twice in a file is counted once', async () => {
  const folder = new DrawingsFolder(join(await temporaryFolder(), 'drawings'));
  const one = drawing(1, false);
  expect(await folder.add([one, drawing(2, false), one])).toBe(2);
  expect((await folder.read()).drawings).toHaveLength(2);
});

test.skipIf(process.platform === 'win32')('a link to an exported file is followed', async () => {
  const folder = await temporaryFolder();
  const drawings = [drawing(3, false)];
  await writeFile(join(folder, 'theirs.json'), encodeDrawings(drawings));
  await symlink(join(folder, 'theirs.json'), join(folder, 'link.json'));
  expect(await readDrawings(join(folder, 'link.json'))).toEqual(drawings);
});

test.each([
  ['nothing', '', 'it has no drawings of Digit Studio'],
  ['other JSON', '{"some":"thing"}', 'it has no drawings of Digit Studio'],
  ['a cut end', encodeDrawings([drawing(1, true)]).slice(0, -9), 'it is damaged or cut off. Copy or export it again.'],
  [
    'another version',
    encodeDrawings([]).replace('"version":1', '"version":2'),
    'another version of Digit Studio wrote it. Update Digit Studio.',
  ],
  ['a label of 11', encodeDrawings([{ ...drawing(1, true), label: 11 }]), 'it is damaged (drawings.0.label'],
  ['a path for an id', encodeDrawings([{ ...drawing(1, true), id: '../x' }]), 'it is damaged (drawings.0.id'],
])('a file with %s is refused', async (_, text, words) => {
  const path = join(await temporaryFolder(), 'file.json');
  await writeFile(path, text);
  await expect(readDrawings(path)).rejects.toMatchObject({
    code: 'file-not-read',
    message: expect.stringContaining(`${path} could not be imported: ${words}`) as string,
  });
});
