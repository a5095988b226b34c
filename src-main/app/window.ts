/** The window: sandboxed, served from the application's own files, going nowhere else. */
import { BrowserWindow, app, nativeTheme, net, protocol, screen, session } from 'electron';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { showWhenReady } from './first-show';
import type { SettingsStore } from './settings/store';
import { usableBounds } from './window-bounds';

const SCHEME = 'app';
const HOST = 'digit-studio';
/** Where the window's files are served; its origin is what requests are checked against. */
export const ORIGIN = `${SCHEME}://${HOST}`;

const RENDERER = join(import.meta.dirname, '../renderer');
const PRELOAD = join(import.meta.dirname, '../preload/index.cjs');

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Before the application is ready: makes `app://` as good as https for the browser, and has it look up no other host. */
export function registerScheme(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

/** Serves the window's files, and denies whatever a page could ask the system for. */
export function secureSession(): void {
  const ours = session.defaultSession;
  ours.protocol.handle(SCHEME, serveFile);
  ours.setPermissionRequestHandler((_contents, _permission, callback) => {
    callback(false);
  });
  ours.setPermissionCheckHandler(() => false);
  ours.setDevicePermissionHandler(() => false);
  ours.on('will-download', (event) => {
    event.preventDefault();
  });
  // The content security policy is kept by the window's own process; this is not.
  ours.webRequest.onBeforeRequest(({ url, webContents }, callback) => {
    callback({ cancel: webContents !== undefined && !isOurs(url) });
  });
}

/** What a window may load: our files, and what it made itself; the inspector, where there is one, its own. */
function isOurs(url: string): boolean {
  return [`${ORIGIN}/`, `blob:${ORIGIN}/`, 'devtools://'].some((start) => url.startsWith(start));
}

async function serveFile(request: Request): Promise<Response> {
  const { host, pathname } = new URL(request.url);
  const file = resolve(RENDERER, `.${decodeURIComponent(pathname)}`);
  if (request.method !== 'GET' || host !== HOST || !file.startsWith(RENDERER + sep)) {
    return new Response('Not found', { status: 404 });
  }
  const response = await net.fetch(pathToFileURL(file).href).catch(() => null);
  if (!response?.ok) return new Response('Not found', { status: 404 });
  const headers = new Headers(response.headers);
  headers.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  headers.set('X-Content-Type-Options', 'nosniff');
  return new Response(response.body, { headers });
}

/** For every web contents there will ever be: no navigation, no new windows, no web views. */
export function confineContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    const deny = (event: Electron.Event) => {
      event.preventDefault();
    };
    contents.on('will-frame-navigate', deny);
    contents.on('will-redirect', deny);
    contents.on('will-attach-webview', deny);
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  });
}

/** The window that there is; undefined before it is opened. */
export const theWindow = () => BrowserWindow.getAllWindows().at(0);

/** A second start shows the window of the first. */
export function comeForward(window: BrowserWindow): void {
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
}

/** Opens the window where it was and as large as it was, and keeps that for the next time. */
export function openWindow(settings: SettingsStore): BrowserWindow {
  const { maximized, ...bounds } = settings.get('window');
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...usableBounds(bounds, workAreas),
    minWidth: 1024,
    minHeight: 640,
    show: false,
    title: 'Digit Studio',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#f6f7f9',
    webPreferences: {
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (maximized) window.maximize();
  showWhenReady(window);
  window.on('close', () => {
    settings.set('window', { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  loadPage(window);
  return window;
}

/** Shows the application's page, also where the window shows none or another. */
export function loadPage(window: BrowserWindow): void {
  void window.loadURL(`${ORIGIN}/index.html`);
}
