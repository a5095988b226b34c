/** A page is denied other addresses and windows, downloads, permissions, and everything from the network. */
import type { Page } from '@playwright/test';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type Studio, expect } from '../studio';
import { attackerIn } from './attacker';

/** Asks the main process, since Playwright waits even for navigations that were refused. */
function stateOf({ app }: Studio) {
  return app.evaluate(async ({ BrowserWindow }) => {
    const windows = BrowserWindow.getAllWindows();
    const { webContents } = windows[0]!;
    const [marked, ran] = (await webContents.executeJavaScript(
      '["marked" in globalThis, "ran" in globalThis]',
    )) as boolean[];
    return { windows: windows.length, url: webContents.getURL(), marked, ran };
  });
}

export async function goesNowhereElse(studio: Studio): Promise<void> {
  const { page } = studio;
  const expected = { windows: 1, url: page.url(), marked: true, ran: false };
  await page.evaluate(() => Object.assign(globalThis, { marked: true }));
  const places = [
    ...['https://example.com/', 'http://127.0.0.1/', 'app://digit-studio/', 'app://digit-studio/assets/none.js'],
    ...['app://elsewhere/index.html', 'file:///etc/passwd', 'data:text/html,x', 'mailto:x@example.com'],
    ...[
      'javascript:globalThis.ran=1',
      'view-source:app://digit-studio/index.html',
      'devtools://devtools/',
      'blob:null/x',
    ],
  ];
  for (const place of places) {
    // Called from the main process: Playwright would wait for a new page.
    const opened = await studio.app.evaluate(
      ({ BrowserWindow }, place) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(
          `(() => {
            const place = ${JSON.stringify(place)};
            const add = (name, more) => document.body.appendChild(Object.assign(document.createElement(name), more));
            location.href = place;
            for (const target of ['_self', '_blank', '_top', 'named']) {
              add('a', { href: place, target }).click();
              add('form', { action: place, target, method: 'post' }).submit();
            }
            add('meta', { httpEquiv: 'refresh', content: '0; url=' + place });
            return [window.open(place), window.open(place, '_blank', 'noopener'), window.open(place, 'named')].some(Boolean);
          })()`,
          true,
        ) as Promise<boolean>,
      place,
    );
    expect(opened, place).toBe(false);
    expect(await stateOf(studio), place).toEqual(expected);
  }
  // Entries in the page's own history are allowed, since they are not other documents.
  await page.evaluate(() => {
    history.pushState(null, '', '#one');
    history.back();
    history.go(-5);
    history.forward();
  });
  await expect.poll(() => stateOf(studio)).toEqual(expected);

  // A file that is dropped beside the pad is not shown instead of the window.
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: ['/etc/hostname'], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 5, y: 5, data });
  }
  expect(await stateOf(studio)).toEqual(expected);

  // Electron does not announce that a page navigates to about:blank; the window then reloads the application.
  await studio.app.evaluate(({ BrowserWindow }) => {
    void BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('location.href = "about:blank"');
  });
  await expect.poll(() => stateOf(studio)).toEqual({ ...expected, marked: false });
  await expect(studio.runState).toHaveText('idle');
}

export async function downloadsNothing(studio: Studio): Promise<void> {
  await studio.app.evaluate(({ session }) => {
    const downloads: boolean[] = [];
    session.defaultSession.on('will-download', (event) => downloads.push(event.defaultPrevented));
    Object.assign(globalThis, { downloads });
  });
  const places = await studio.page.evaluate(() => {
    const places = [URL.createObjectURL(new Blob(['x'])), 'data:text/plain,x', 'index.html'];
    for (const href of places) Object.assign(document.createElement('a'), { href, download: 'x.txt' }).click();
    return places;
  });
  const downloads = () => studio.app.evaluate(() => (globalThis as unknown as { downloads: boolean[] }).downloads);
  await expect.poll(downloads).toEqual(places.map(() => true));
}

export async function hasNoPermission({ page }: Studio): Promise<void> {
  const answers = await page.evaluate(async () => {
    const names = [
      ...['accelerometer', 'ambient-light-sensor', 'background-sync', 'camera', 'clipboard-read', 'clipboard-write'],
      ...['display-capture', 'geolocation', 'gyroscope', 'idle-detection', 'local-fonts', 'magnetometer', 'microphone'],
      ...[
        'midi',
        'nfc',
        'notifications',
        'payment-handler',
        'persistent-storage',
        'screen-wake-lock',
        'speaker-selection',
      ],
      ...[
        'storage-access',
        'top-level-storage-access',
        'window-management',
        'background-fetch',
        'periodic-background-sync',
      ],
    ];
    const states: Record<string, string> = {};
    for (const name of names) {
      states[name] = await navigator.permissions.query({ name: name as PermissionName }).then(
        ({ state }) => state,
        () => 'unknown',
      );
    }
    /** Calls a method that TypeScript does not know. If it is missing or returns nothing, it counts as denied. */
    const call = async (path: string, ...words: unknown[]): Promise<unknown> => {
      const names = path.split('.');
      const method = names.pop()!;
      type Holder = Record<string, unknown>;
      const holder = names.reduce((found, name) => found[name] as Holder, globalThis as unknown as Holder);
      const given = await (holder[method] as (...words: unknown[]) => unknown).call(holder, ...words);
      const isNothing = given === 'denied' || given === false || (Array.isArray(given) && given.length === 0);
      if (isNothing) throw new Error('denied');
      return given;
    };
    const requests: Record<string, () => Promise<unknown>> = {
      notifications: () => call('Notification.requestPermission'),
      geolocation: () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      camera: () => call('navigator.mediaDevices.getUserMedia', { video: true }),
      microphone: () => call('navigator.mediaDevices.getUserMedia', { audio: true }),
      screen: () => call('navigator.mediaDevices.getDisplayMedia'),
      midi: () => call('navigator.requestMIDIAccess', { sysex: true }),
      clipboard: () => call('navigator.clipboard.readText'),
      persistence: () => call('navigator.storage.persist'),
      bluetooth: () => call('navigator.bluetooth.requestDevice', { acceptAllDevices: true }),
      usb: () => call('navigator.usb.requestDevice', { filters: [] }),
      hid: () => call('navigator.hid.requestDevice', { filters: [] }),
      serial: () => call('navigator.serial.requestPort'),
      fonts: () => call('queryLocalFonts'),
      screens: () => call('getScreenDetails'),
      idleness: () => call('IdleDetector.requestPermission'),
    };
    const granted: string[] = [];
    for (const [name, request] of Object.entries(requests)) {
      await request().then(
        () => granted.push(name),
        () => undefined,
      );
    }
    return { states, granted };
  });
  expect(answers.granted).toEqual([]);
  const { notifications, geolocation, camera, microphone, midi } = answers.states;
  expect([notifications, geolocation, camera, microphone, midi]).toEqual(Array(5).fill('denied'));
  expect(Object.values(answers.states)).not.toContain('prompt');
}

/** Tries every way to load something from an address. @returns the ways that worked */
function loadFrom(page: Page, port: number): Promise<string[]> {
  return page.evaluate(async (port) => {
    const at = (scheme: string, path: string) => `${scheme}://127.0.0.1:${port}/${path}`;
    const loaded: string[] = [];
    const outcomes: Promise<unknown>[] = [];
    const attempt = (name: string, act: () => Promise<unknown>) =>
      outcomes.push(
        act().then(
          () => loaded.push(name),
          () => undefined,
        ),
      );
    /** Resolves when the element loads; rejects when it reports an error. */
    const element = (name: string, attributes: Record<string, string>) => () =>
      new Promise((resolve, reject) => {
        const made = document.createElement(name);
        made.onload = resolve;
        made.onerror = () => reject(new Error('refused'));
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        document.body.append(made);
      });
    attempt('fetch', () => fetch(at('http', 'fetch'), { mode: 'no-cors' }));
    attempt('img', element('img', { src: at('http', 'img') }));
    attempt('script', element('script', { src: at('http', 'script') }));
    attempt('style', element('link', { rel: 'stylesheet', href: at('http', 'style') }));
    attempt('audio', element('audio', { src: at('http', 'audio'), preload: 'auto' }));
    attempt('import', () => import(at('http', 'import.js')));
    attempt('font', () => new FontFace('x', `url(${at('http', 'font')})`).load());
    const signal = (target: EventTarget) =>
      new Promise((resolve, reject) => {
        for (const name of ['open', 'message', 'connect']) target.addEventListener(name, resolve);
        target.addEventListener('error', () => reject(new Error('refused')));
      });
    attempt('websocket', () => Promise.resolve().then(() => signal(new WebSocket(at('ws', 'socket')))));
    attempt('events', () => Promise.resolve().then(() => signal(new EventSource(at('http', 'events')))));
    attempt('worker', () => Promise.resolve().then(() => signal(new Worker(at('http', 'worker.js')))));
    attempt('service worker', () => navigator.serviceWorker.register(at('http', 'service.js')));
    await Promise.all(outcomes);
    // These do not report failures; the server counts connections instead.
    navigator.sendBeacon(at('http', 'beacon'), 'x');
    for (const rel of [
      'prefetch',
      'preload',
      'preconnect',
      'dns-prefetch',
      'prerender',
      'modulepreload',
      'icon',
      'manifest',
    ]) {
      document.head.append(Object.assign(document.createElement('link'), { rel, href: at('http', rel), as: 'script' }));
    }
    for (const [name, source] of [
      ['iframe', 'src'],
      ['embed', 'src'],
      ['object', 'data'],
    ] as const) {
      const made = document.createElement(name);
      made.setAttribute(source, at('http', name));
      document.body.append(made);
    }
    const peer = new RTCPeerConnection({
      iceServers: [
        { urls: `stun:127.0.0.1:${port}` },
        { urls: [`turn:127.0.0.1:${port}?transport=tcp`, `turn:127.0.0.1:${port}`], username: 'x', credential: 'x' },
      ],
    });
    peer.createDataChannel('x');
    await peer.setLocalDescription();
    await new Promise<void>((resolve) => {
      const look = () => peer.iceGatheringState === 'complete' && resolve();
      peer.addEventListener('icegatheringstatechange', look);
      look();
    });
    return loaded;
  }, port);
}

export async function loadsNothing(studio: Studio): Promise<void> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.once('data', (bytes) => heard.push(bytes.toString('latin1').split('\r')[0]!));
    heard.push('a connection');
    socket.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const datagrams = createSocket('udp4', () => heard.push('a datagram')).bind(port, '127.0.0.1');
  await once(datagrams, 'listening');

  expect(await loadFrom(studio.page, port)).toEqual([]);
  const attacker = await attackerIn(studio);
  const devtools = await attacker.context().newCDPSession(attacker);
  await devtools.send('Page.setBypassCSP', { enabled: true });
  await attacker.reload();
  expect(await loadFrom(attacker, port)).toEqual([]);
  // The session refuses other pages too.
  const shown = await studio.app.evaluate(({ WebContentsView }) =>
    new WebContentsView().webContents.loadURL('data:text/html,x').then(() => 'shown', String),
  );
  expect(shown).toContain('ERR_BLOCKED_BY_CLIENT');
  const found = await studio.app.evaluate(({ session }) =>
    session.defaultSession.resolveHost('localhost').then(
      () => true,
      () => false,
    ),
  );
  expect(found).toBe(false);
  expect(heard).toEqual([]);

  // Shows that the server and the socket work.
  connect(port, '127.0.0.1').write('x');
  createSocket('udp4').send('x', port, '127.0.0.1');
  await expect.poll(() => heard).toEqual(expect.arrayContaining(['a connection', 'a datagram']));
  server.close();
  datagrams.close();
}
