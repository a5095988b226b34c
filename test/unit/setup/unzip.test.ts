import { existsSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryProject, realRoot } from './temporary-project';
import { type ZipEntry, zip } from './zip';

interface Unzip {
  unzip: (archive: string, folder: string, rename?: (name: string) => string | undefined) => Promise<void>;
}

async function setUp(entries: ZipEntry[]) {
  const project = new TemporaryProject();
  symlinkSync(join(realRoot, 'node_modules'), project.path('node_modules'));
  const { unzip } = await project.load<Unzip>('tools/unzip.mjs');
  return { unzip, archive: project.write('archive.zip', zip(entries)), folder: project.path('out') };
}

describe('unpacking an archive', () => {
  it('keeps permissions and symbolic links', async () => {
    const { unzip, archive, folder } = await setUp([
      { name: 'bin/program', content: 'run me', mode: 0o100755 },
      { name: 'notes.txt', content: 'read me', mode: 0o100644 },
      { name: 'link', content: 'bin/program', mode: 0o120777 },
    ]);
    await unzip(archive, folder);
    expect(statSync(join(folder, 'bin/program')).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, 'notes.txt')).mode & 0o777).toBe(0o644);
    expect(readlinkSync(join(folder, 'link'))).toBe('bin/program');
  });

  it('extracts only the requested files, under the requested names', async () => {
    const { unzip, archive, folder } = await setUp([
      { name: 'app/a', content: 'A', mode: 0o100644 },
      { name: 'other/b', content: 'B', mode: 0o100644 },
    ]);
    await unzip(archive, folder, (name) => (name.startsWith('app/') ? name.slice(4) : undefined));
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('A');
    expect(existsSync(join(folder, 'other'))).toBe(false);
  });

  it('refuses paths and links that lead out of the folder', async () => {
    const upwards = await setUp([{ name: '../outside', content: 'bad', mode: 0o100644 }]);
    await expect(upwards.unzip(upwards.archive, upwards.folder)).rejects.toThrow();
    const link = await setUp([{ name: 'link', content: '../../outside', mode: 0o120777 }]);
    await expect(link.unzip(link.archive, link.folder)).rejects.toThrow(/outside/);
  });
});
