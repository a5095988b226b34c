import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serve } from './local-server';
import { TemporaryProject, realRoot } from './temporary-project';

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
  it('is written completely', async () => {
    const { download, file, names } = await setUp();
    const url = await serve((_, response) => response.end(content));
    await download(url, file, sha256);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(names()).toEqual(['file']);
  });

  it('is refused if it is not the expected file', async () => {
    const { download, file, names } = await setUp();
    const url = await serve((_, response) => response.end('an error page'));
    await expect(download(url, file, sha256)).rejects.toThrow(/not the expected one/);
    expect(names()).toEqual([]);
  });

  it('is refused if it is cut off', async () => {
    const { download, file, names } = await setUp();
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1_000_000), () => response.destroy());
    });
    await expect(download(url, file, sha256)).rejects.toThrow(/could not be downloaded/);
    expect(names()).toEqual([]);
  });

  it('reports the status if there is no such file', async () => {
    const { download, file } = await setUp();
    const url = await serve((_, response) => response.writeHead(404).end());
    await expect(download(url, file, sha256)).rejects.toThrow(/answered 404/);
  });

  it('is given up if the host does not answer in time', async () => {
    const { download, file, names } = await setUp();
    const url = await serve(() => undefined);
    await expect(download(url, file, sha256, { answerSeconds: 0.2 })).rejects.toThrow(/did not answer within 0.2 s/);
    expect(names()).toEqual([]);
  });

  it('is given up if the host stops sending', async () => {
    const { download, file, names } = await setUp();
    const url = await serve((_, response) => response.write(content.subarray(0, 10)));
    await expect(download(url, file, sha256, { stallSeconds: 0.2 })).rejects.toThrow(/stopped sending/);
    expect(names()).toEqual([]);
  });

  it("goes through the environment's proxy, with every version of Node", async () => {
    const project = new TemporaryProject();
    symlinkSync(join(realRoot, 'node_modules'), project.path('node_modules'));
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer((request, response) => {
      expect(request.headers.host).toBe('host.invalid');
      response.end(content);
    });
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      proxy.emit('connection', socket);
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      proxy.close();
      proxy.closeAllConnections();
    });
    const { stderr } = await project.run(
      `import { download } from './setup/tools/download.mjs';
       await download('http://host.invalid/file', 'file', '${sha256}');`,
      {
        http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        no_proxy: undefined,
        NO_PROXY: undefined,
      },
    );
    expect(stderr).toBe('');
    expect(tunnels).toEqual(['host.invalid:80']);
    expect(readFileSync(project.path('file')).equals(content)).toBe(true);
  });

  it('says so if the host cannot be reached', async () => {
    const { download, file } = await setUp();
    await expect(download('http://127.0.0.1:9/x', file, sha256)).rejects.toThrow(/could not be downloaded: /);
  });
});
