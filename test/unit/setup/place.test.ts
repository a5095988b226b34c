import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryProject } from './temporary-project';

interface Place {
  isWhole: (folder: string, identity: string) => boolean;
  placeWhole: (folder: string, identity: string, build: (building: string) => Promise<void>) => Promise<void>;
}

async function setUp() {
  const project = new TemporaryProject();
  const place = await project.load<Place>('tools/place.mjs');
  const folder = project.path('.native/thing');
  const build = (building: string) => {
    writeFileSync(join(building, 'library'), 'twelve bytes');
    return Promise.resolve();
  };
  await place.placeWhole(folder, 'thing 1', build);
  return { ...place, folder, library: join(folder, 'library') };
}

describe('a folder that set-up made', () => {
  it('is whole', async () => {
    const { isWhole, folder } = await setUp();
    expect(isWhole(folder, 'thing 1')).toBe(true);
  });

  it('is not accepted in place of another version', async () => {
    const { isWhole, folder } = await setUp();
    expect(isWhole(folder, 'thing 2')).toBe(false);
  });

  it('is not whole when a file is missing', async () => {
    const { isWhole, folder, library } = await setUp();
    rmSync(library);
    expect(isWhole(folder, 'thing 1')).toBe(false);
  });

  it('is not whole when a file was cut short', async () => {
    const { isWhole, folder, library } = await setUp();
    truncateSync(library, 5);
    expect(isWhole(folder, 'thing 1')).toBe(false);
  });

  it('stays as it is when making a new one fails', async () => {
    const { isWhole, placeWhole, folder, library } = await setUp();
    await expect(placeWhole(folder, 'thing 2', () => Promise.reject(new Error('no space left')))).rejects.toThrow();
    expect(isWhole(folder, 'thing 1')).toBe(true);
    expect(readFileSync(library, 'utf8')).toBe('twelve bytes');
  });

  it('does not appear before it is complete', async () => {
    const { placeWhole, folder } = await setUp();
    const next = `${folder}-2`;
    await placeWhole(next, 'thing 2', () => {
      expect(existsSync(next)).toBe(false);
      return Promise.resolve();
    });
    expect(existsSync(next)).toBe(true);
  });
});
