import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { type HiddenWindow, showWhenReady } from '../../../../src-main/app/first-show';

class FakeWindow extends EventEmitter implements HiddenWindow {
  readonly webContents = new EventEmitter();
  shown = 0;
  destroyed = false;
  isDestroyed = () => this.destroyed;
  show(): void {
    this.shown++;
    this.emit('shown');
  }
}

const NEVER = 2 ** 31 - 1;

test.each([
  ['its page is painted', (window: FakeWindow) => window.emit('ready-to-show')],
  [
    'its page is loaded, if painting is not reported',
    (window: FakeWindow) => window.webContents.emit('did-finish-load'),
  ],
])('the window is shown once when %s', (_, happen) => {
  const window = new FakeWindow();
  showWhenReady(window, NEVER);
  expect(window.shown).toBe(0);
  happen(window);
  expect(window.shown).toBe(1);
  window.emit('ready-to-show');
  window.webContents.emit('did-finish-load');
  expect(window.shown).toBe(1);
});

test('the window is shown after a time limit if it reports nothing', async () => {
  const window = new FakeWindow();
  const shown = once(window, 'shown');
  showWhenReady(window, 1);
  await shown;
  expect(window.shown).toBe(1);
});

test('a window that is already closed is not shown', () => {
  const window = new FakeWindow();
  showWhenReady(window, NEVER);
  window.destroyed = true;
  window.emit('ready-to-show');
  expect(window.shown).toBe(0);
});
