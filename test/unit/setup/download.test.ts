import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serve } from './local-server';
import { TemporaryProject } from './temporary-project';

interface Limits {
  answerSeconds: number;
  stallSeconds: number;
}
interface Download {
  download: (url: string, to: string, sha256: string, limits?: Partial<Limits>) => Promise<void>;
}

const content = randomBytes(3_000_000);
const sha256 = createHash('sha256').update(content).digest('hex');

async function setUp() {
  const project = new TemporaryProject();
  const { download } = await project.load<Download>('tools/download.mjs');
  const file = project.write('downloads/earlier', '').replace(/earlier$/, 'file');
  const names = () => readdirSync(project.path('downloads')).filter((name) => name !== 'earlier');
  return { download, file, names };
}

describe('a download', () => {
  it('arrives whole', async () => {
    const { download, file, names } = await setUp();
    const url = await serve((_, response) => response.end(content));
    await download(url, file, sha256);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(names()).toEqual(['file']);
  });

  it('is refused when it is another file than expected', async () => {
    const { download, file, names } = await setUp();
    const url = await serve((_, response) => response.end('an error page'));
    await expect(download(url, file, sha256)).rejects.toThrow(/not the file that was expected/);
    expect(names()).toEqual([]);
  });

  it('is refused when it breaks off', async () => {
    const { download, file, names } = await setUp();
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1_000_000), () => response.destroy());
    });
    await expect(download(url, file, sha256)).rejects.toThrow(/could not be downloaded/);
    expect(names()).toEqual([]);
  });

  it('names the answer when there is no such file', async () => {
    const { download, file } = await setUp();
    const url = await serve((_, response) => response.writeHead(404).end());
    await expect(download(url, file, sha256)).rejects.toThrow(/answered 404/);
  });

  it('is given up when nobody answers in time', async () => {
    const { download, file, names } = await setUp();
    const url = await serve(() => undefined);
    await expect(download(url, file, sha256, { answerSeconds: 0.2 })).rejects.toThrow(/did not answer within 0.2 s/);
    expect(names()).toEqual([]);
  });

  it('is given up when nothing more comes', async () => {
    const { download, file, names } = await setUp();
    const url = await serve((_, response) => response.write(content.subarray(0, 10)));
    await expect(download(url, file, sha256, { stallSeconds: 0.2 })).rejects.toThrow(/stopped sending/);
    expect(names()).toEqual([]);
  });

  it('says so when the host cannot be reached', async () => {
    const { download, file } = await setUp();
    await expect(download('http://127.0.0.1:9/x', file, sha256)).rejects.toThrow(/could not be downloaded: /);
  });
});
