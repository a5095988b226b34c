import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KeptDrawing } from '../../../../src-preload/schemas';
import { DrawingsFolder } from '../../../../src-main/drawings/drawings-folder';
import { temporaryFolder } from '../../temporary-folder';

const drawing = (label: number): KeptDrawing => ({
  id: randomUUID(),
  label,
  pixels: Buffer.alloc(784, 10 * label).toString('base64'),
  strokes: [
    {
      width: 20,
      points: [
        [10, 20],
        [30, 40, 1.5],
      ],
    },
    { width: 30, erases: true, points: [[5, 5]] },
  ],
});
const byId = (a: KeptDrawing, b: KeptDrawing) => (a.id < b.id ? -1 : 1);

describe('the folder of labelled drawings', () => {
  test('returns saved drawings with their newest labels, without removed ones', async () => {
    const parent = await temporaryFolder();
    const folder = new DrawingsFolder(join(parent, 'not', 'there', 'yet'));
    expect(await folder.read()).toEqual({ drawings: [], damaged: [] });
    const [one, two, three] = [drawing(1), drawing(2), drawing(3)] as const;
    for (const each of [one, two, three]) await folder.keep(each);
    await folder.keep({ ...two, label: 7 });
    await folder.forget(three.id);
    await folder.forget(three.id);
    const kept = [one, { ...two, label: 7 }].sort(byId).map((each) => ({ ...each, heldOut: false }));
    expect(await folder.read()).toEqual({ drawings: kept, damaged: [] });
    expect(await readdir(folder.path)).toHaveLength(2);
  });

  test('holds every third drawing of a digit out, once and for all', async () => {
    const folder = new DrawingsFolder(await temporaryFolder());
    const kept = await Promise.all([4, 4, 9, 4, 9, 4, 4, 9, 4].map((label) => folder.keep(drawing(label))));
    expect(kept.map(({ heldOut }) => heldOut)).toEqual([false, false, false, true, false, false, false, true, true]);
    const heldOut = async () => (await folder.read()).drawings.filter((each) => each.heldOut).map(({ id }) => id);
    const [first, second] = kept.filter((each) => each.heldOut);
    // Not by changes to it, nor to others.
    await folder.relabel(first!.id, 9);
    await folder.keep({ ...drawing(1), id: second!.id });
    await folder.forget(kept[0]!.id);
    expect(await heldOut()).toEqual(
      kept
        .filter((each) => each.heldOut)
        .map(({ id }) => id)
        .sort(),
    );
    await folder.forget(first!.id);
    expect(await heldOut()).not.toContain(first!.id);
  });

  test('holds about a third of the drawings of earlier versions out, always the same', async () => {
    const path = await temporaryFolder();
    const folder = new DrawingsFolder(path);
    for (let i = 0; i < 60; i++) {
      const file = join(path, `${(await folder.keep(drawing(i % 10))).id}.json`);
      await writeFile(file, (await readFile(file, 'utf8')).replace(/,"heldOut":(true|false)/, ''));
    }
    const { drawings } = await folder.read();
    const heldOut = drawings.filter((each) => each.heldOut);
    expect(heldOut.length).toBeGreaterThan(5);
    expect(heldOut.length).toBeLessThan(40);
    expect(await folder.read()).toEqual({ drawings, damaged: [] });
    const { id } = heldOut[0]!;
    await folder.relabel(id, 3);
    expect((await folder.read()).drawings.find((each) => each.id === id)).toMatchObject({ label: 3, heldOut: true });
  });

  test('is idle only when everything requested is on disk', async () => {
    const folder = new DrawingsFolder(join(await temporaryFolder(), 'drawings'));
    const asked = [1, 2, 3].map((label) => folder.keep(drawing(label)));
    await folder.idle();
    expect(await readdir(folder.path)).toHaveLength(3);
    await Promise.all(asked);
  });

  test('names and skips damaged files, leaves them unchanged, and reads the others', async () => {
    const path = await temporaryFolder();
    const folder = new DrawingsFolder(path);
    const intact = drawing(5);
    await folder.keep(intact);
    const text = await readFile(join(path, `${intact.id}.json`), 'utf8');
    const damaged: Record<string, string> = {
      'cut-off.json': text.slice(0, -20),
      'empty.json': '',
      'other.json': '{"some":"thing"}',
      'renamed.json': text,
      'later.json': text.replace('"version":1', '"version":2'),
      'eleven.json': text.replace('"label":5', '"label":11'),
      'small.json': text.replace(intact.pixels, intact.pixels.slice(0, 400)),
    };
    for (const [name, content] of Object.entries(damaged)) await writeFile(join(path, name), content);
    await mkdir(join(path, 'folder.json'));
    await symlink(join(path, `${intact.id}.json`), join(path, 'link.json'));
    await writeFile(join(path, 'notes.txt'), 'not ours');
    const before = await readdir(path);

    const read = await folder.read();
    expect(read.drawings).toEqual([{ ...intact, heldOut: false }]);
    const names = [...Object.keys(damaged), 'folder.json', 'link.json'].sort();
    expect(read.damaged.map((words) => words.split(' ')[0])).toEqual(names);
    for (const words of read.damaged) expect(words).toMatch(/^\S+\.json was skipped: .+\.$/);
    expect(await readdir(path)).toEqual(before);
  });

  test('reports no drawing as damaged that is removed or saved while all are read', async () => {
    const path = await temporaryFolder();
    const [writer, reader] = [new DrawingsFolder(path), new DrawingsFolder(path)];
    for (let i = 0; i < 30; i++) await writer.keep(drawing(1));
    const { drawings } = await reader.read();
    const work = { done: false };
    const changed = (async () => {
      for (const { id } of drawings) {
        await writer.forget(id);
        await writer.keep(drawing(2));
      }
    })().finally(() => (work.done = true));
    while (!work.done) expect((await reader.read()).damaged).toEqual([]);
    await changed;
  });

  test('saves only up to the limit, but still changes existing labels', async () => {
    const path = await temporaryFolder();
    const folder = new DrawingsFolder(path);
    const known = drawing(1);
    await folder.keep(known);
    // The total size is almost reached; there is room for two or three more.
    const large = join(path, 'large.json');
    await writeFile(large, '');
    await truncate(large, 50_000_000 - 4000);
    await folder.keep({ ...known, label: 2 });
    const more = Array.from({ length: 10 }, (_, i) => folder.keep(drawing(i)));
    const refused = (await Promise.allSettled(more)).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(5);
    expect(refused[0]).toMatchObject({
      reason: { code: 'drawings-full', message: expect.stringContaining(path) as string },
    });
    await folder.keep({ ...known, label: 3 });
    await truncate(large, 0);

    for (let i = (await readdir(path)).length; i < 5000; i++) await writeFile(join(path, `${i}.json`), '');
    await expect(folder.keep(drawing(4))).rejects.toMatchObject({ code: 'drawings-full' });
    await folder.keep({ ...known, label: 5 });
    await folder.forget(known.id);
    await folder.keep(drawing(4));
  });

  test('does not write through a link', async () => {
    const path = await temporaryFolder();
    const elsewhere = join(await temporaryFolder(), 'elsewhere');
    await writeFile(elsewhere, 'as it was');
    const one = drawing(1);
    await symlink(elsewhere, join(path, `${one.id}.json`));
    const folder = new DrawingsFolder(path);
    await expect(folder.keep(one)).rejects.toMatchObject({ code: 'file-not-written' });
    await folder.forget(one.id);
    expect(await readFile(elsewhere, 'utf8')).toBe('as it was');
    expect(await readdir(path)).toEqual([]);
  });

  test('says that a drawing could not be saved, and where', async () => {
    const parent = await temporaryFolder();
    const path = join(parent, 'drawings');
    await writeFile(path, 'a file is in the way');
    const folder = new DrawingsFolder(path);
    await expect(folder.keep(drawing(1))).rejects.toMatchObject({
      code: 'file-not-written',
      message: expect.stringContaining(path) as string,
    });
    await expect(folder.read()).rejects.toMatchObject({ code: 'folder-unusable' });
  });
});
