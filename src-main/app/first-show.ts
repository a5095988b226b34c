import type { EventEmitter } from 'node:events';

/** The part of a BrowserWindow that is used here. */
export interface HiddenWindow extends Pick<EventEmitter, 'once'> {
  readonly webContents: Pick<EventEmitter, 'once'>;
  isDestroyed(): boolean;
  show(): void;
}

/**
 * Shows a window when its page is painted or loaded, or after a time limit. On Wayland Electron may never report that
 * the page is painted.
 * @param limit milliseconds
 */
export function showWhenReady(window: HiddenWindow, limit = 2000): void {
  let isShown = false;
  const show = () => {
    if (isShown) return;
    isShown = true;
    clearTimeout(timer);
    if (!window.isDestroyed()) window.show();
  };
  const timer = setTimeout(show, limit);
  window.once('ready-to-show', show);
  window.webContents.once('did-finish-load', show);
}
