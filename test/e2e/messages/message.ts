/** What the tables of messages have in common. */
import type { Problem } from '../../../src-preload/contract';
import type { State } from '../states';
import type { Studio } from '../studio';

/** Each is a state that shows a message, reached from a window without dialogs and messages. */
export type Message = State;

/** As long as the names that people give to folders and files. */
export const LONG_NAME = 'Scans of the second class, spring term 2026 (corrected by hand)';

const MESSAGES = '[data-message], [data-testid=pad-problem]';

/** Closes every dialog, and dismisses every message that covers the content. */
export async function clearMessages({ page }: Studio): Promise<void> {
  for (const dialog of await page.getByRole('dialog').all()) {
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
  const dismiss = page.locator(MESSAGES).getByRole('button', { name: 'Dismiss' });
  for (let left = await dismiss.count(); left > 0; left = await dismiss.count()) {
    const last = await dismiss.last().elementHandle();
    const text = await last.evaluate((button, messages) => button.closest(messages)?.textContent, MESSAGES);
    // A message about a success may end by itself meanwhile.
    await last.click().catch(async (error: unknown) => {
      if (await last.isVisible()) throw error;
    });
    // The next message may take its place.
    await page.waitForFunction(
      ([button, messages, before]) => !button.isConnected || button.closest(messages)?.textContent !== before,
      [last, MESSAGES, text] as const,
    );
  }
}

/** Shows a problem like one that the main process reports, for causes that a test cannot bring about. */
export async function report({ app, page }: Studio, problem: Problem): Promise<void> {
  await app.evaluate(({ BrowserWindow }, sent) => {
    BrowserWindow.getAllWindows()[0]!.webContents.send('event:problem', sent);
  }, problem);
  await page.getByTestId('error-banner').filter({ hasText: problem.message }).waitFor();
}

/** Waits for a failure that stays until it is dismissed. */
export const banner = ({ page }: Studio) => page.getByTestId('error-banner').waitFor();
