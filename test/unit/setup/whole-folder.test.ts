import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryProject } from './temporary-project';

interface WholeFolder {
  isWhole: (folder: string, identity: string) => boolean;
  makeWhole: (folder: string, identity: string, fill: (folder: string) => Promise<void>) => Promise<void>;
}

async function setUp() {
  const project = new TemporaryProject();
  const module = await project.load<WholeFolder>('tools/whole-folder.mjs');
  const folder = project.path('.native/thing');
  const fill = (unfinished: string) => {
    writeFileSync(join(unfinished, 'library'), 'twelve bytes');
    return Promise.resolve();
  };
  await module.makeWhole(folder, 'thing 1', fill);
  return { ...module, folder, library: join(folder, 'library') };
}

describe('a folder that set-up made', () => {
  it('is whole', async () => {
    const { isWhole, folder } = await setUp();
    expect(isWhole(folder, 'thing 1')).toBe(true);
  });

  it('is rejected for another version', async () => {
    const { isWhole, folder } = await setUp();
    expect(isWhole(folder, 'thing 2')).toBe(false);
  });

  it('is not whole if a file is missing', async () => {
    const { isWhole, folder, library } = await setUp();
    rmSync(library);
    expect(isWhole(folder, 'thing 1')).toBe(false);
  });

  it('is not whole if a file is truncated', async () => {
    const { isWhole, folder, library } = await setUp();
    truncateSync(library, 5);
    expect(isWhole(folder, 'thing 1')).toBe(false);
  });

  it('is unchanged if creating a new one fails', async () => {
    const { isWhole, makeWhole, folder, library } = await setUp();
    await expect(makeWhole(folder, 'thing 2', () => Promise.reject(new Error('no space left')))).rejects.toThrow();
    expect(isWhole(folder, 'thing 1')).toBe(true);
    expect(readFileSync(library, 'utf8')).toBe('twelve bytes');
  });

  it('does not exist before it is complete', async () => {
    const { makeWhole, folder } = await setUp();
    const next = `${folder}-2`;
    await makeWhole(next, 'thing 2', () => {
      expect(existsSync(next)).toBe(false);
      return Promise.resolve();
    });
    expect(existsSync(next)).toBe(true);
  });
});
