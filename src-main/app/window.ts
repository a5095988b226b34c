/** The window: sandboxed, served from the application's own files, and unable to navigate elsewhere. */
import { BrowserWindow, app, nativeTheme, net, protocol, screen, session } from 'electron';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { showWhenReady } from './first-show';
import type { SettingsStore } from './settings/store';
import { usableBounds } from './window-bounds';

const SCHEME = 'app';
const HOST = 'digit-studio';
/** The origin from which the window's files are served; requests from other origins are refused. */
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

/** Makes `app://` a secure scheme and blocks all DNS lookups. Call it before the application is ready. */
export function registerScheme(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ^NOTFOUND');
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

/** Serves the window's files and denies all permissions. */
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
  // Enforced in the main process, unlike the content security policy, which the window's own process enforces.
  ours.webRequest.onBeforeRequest(({ url, webContents }, callback) => {
    callback({ cancel: webContents !== undefined && !isOurs(url) });
  });
}

/** Whether a window may load the URL: the application's files, the window's own blobs, or the developer tools. */
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

/** Forbids navigation, new windows and web views in all web contents. */
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

/** The application's only window; undefined before it is opened. */
export const theWindow = () => BrowserWindow.getAllWindows().at(0);

/** Shows the existing window when the application is started a second time. */
export function comeForward(window: BrowserWindow): void {
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
}

/** Opens the window with its last position and size, and remembers them for the next start. */
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

/** Loads the application's page, whatever the window shows. */
export function loadPage(window: BrowserWindow): void {
  void window.loadURL(`${ORIGIN}/index.html`);
}
