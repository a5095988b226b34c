/** A hijacked window: it has the raw channel to the main process. */
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import type { Studio } from '../studio';

/** @param url by default that of the application's own page @returns its page, in which `raw` is Electron's ipcRenderer */
export async function attackerIn({ app }: Studio, url = 'app://digit-studio/index.html'): Promise<Page> {
  const coming = app.waitForEvent('window');
  await app.evaluate(
    async ({ WebContentsView }, { preload, url }) => {
      // A view, because the application would treat another window as its own.
      const view = new WebContentsView({
        webPreferences: { preload, sandbox: true, contextIsolation: false, nodeIntegrationInSubFrames: true },
      });
      // Prevents garbage collection.
      const { attackers = [] } = globalThis as { attackers?: unknown[] };
      Object.assign(globalThis, { attackers: [...attackers, view] });
      await view.webContents.loadURL(url).catch(() => undefined);
    },
    { preload: join(import.meta.dirname, 'preload.cjs'), url },
  );
  return coming;
}

/** Returns the result of `raw.invoke` in a page, or its error as text. */
export function invoke(page: Page, name: string, ...words: unknown[]): Promise<unknown> {
  return page.evaluate(
    ([channel, words]) => {
      const { raw } = globalThis as unknown as { raw: { invoke(...words: unknown[]): Promise<unknown> } };
      return raw.invoke(channel, ...words).catch((error: unknown) => String(error));
    },
    [`request:${name}`, words] as const,
  );
}
