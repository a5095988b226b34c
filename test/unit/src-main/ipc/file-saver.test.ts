import type { SaveDialogOptions } from 'electron';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ok, refusal } from '../../../../src-main/base/reply';
import { FileSaver } from '../../../../src-main/ipc/file-saver';
import { temporaryFolder } from '../../temporary-folder';

const format = { name: 'Safetensors (PyTorch)', extension: 'safetensors' };

/** @param answer the name that the person types in the dialog; null cancels it */
async function prepare(answer: string | null) {
  const folder = await temporaryFolder();
  const asked: SaveDialogOptions[] = [];
  const shown: string[] = [];
  const saver = new FileSaver({
    folder: () => folder,
    pickNewFile: (options) => {
      asked.push(options);
      return Promise.resolve(ok(answer === null ? null : join(folder, answer)));
    },
    showFile: (path) => {
      shown.push(path);
      return ok(undefined);
    },
  });
  const save = () =>
    saver.save('run-1', format, async (path) => {
      await writeFile(path, 'weights');
      return ok(undefined);
    });
  return { folder, asked, shown, saver, save };
}

test('the dialog suggests a name in the chosen format, and offers no other format', async () => {
  const { folder, asked, save } = await prepare(null);
  expect(await save()).toEqual(ok(null));
  expect(asked).toEqual([
    {
      defaultPath: join(folder, 'run-1.safetensors'),
      filters: [{ name: 'Safetensors (PyTorch)', extensions: ['safetensors'] }],
    },
  ]);
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['digits.safetensors', 'digits.safetensors'],
  ['digits', 'digits.safetensors'],
  ['digits.onnx', 'digits.onnx.safetensors'],
  ['DIGITS.SAFETENSORS', 'DIGITS.SAFETENSORS'],
])('the file has its format’s extension, and its name is returned: %s', async (typed, name) => {
  const { folder, saver, shown, save } = await prepare(typed);
  expect(saver.showLast()).toMatchObject({ ok: false, code: 'no-file' });
  expect(await save()).toEqual(ok({ name }));
  expect(await readFile(join(folder, name), 'utf8')).toBe('weights');
  expect(saver.showLast()).toEqual(ok(undefined));
  expect(shown).toEqual([join(folder, name)]);
});

test('a file that the dialog could not ask about is not replaced', async () => {
  const { folder, save } = await prepare('digits');
  await writeFile(join(folder, 'digits.safetensors'), 'older');
  expect(await save()).toMatchObject({ ok: false, code: 'file-exists' });
  expect(await readFile(join(folder, 'digits.safetensors'), 'utf8')).toBe('older');
});

test('a file that could not be written is not shown', async () => {
  const { saver, shown } = await prepare('digits');
  const failed = refusal('file-not-written', 'The disk is full.');
  expect(await saver.save('run-1', format, () => Promise.resolve(failed))).toEqual(failed);
  expect(saver.showLast()).toMatchObject({ ok: false });
  expect(shown).toEqual([]);
});
