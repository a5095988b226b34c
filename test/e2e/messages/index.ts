/** The messages that the window can show, each with a way to bring it about. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataMessages } from './data-messages';
import { engineMessages } from './engine-messages';
import { fileMessages } from './file-messages';
import type { Message } from './message';
import { runMessages } from './run-messages';
import { workMessages } from './work-messages';

export { clearMessages } from './message';

/** Makes the profile of an application whose first message is about its settings. */
export async function prepareProfile(profile: string): Promise<void> {
  await mkdir(profile, { recursive: true });
  await writeFile(join(profile, 'settings.json'), '{"folder": ');
}

/**
 * @param folder an empty folder of the test's own
 * @param profile see `prepareProfile`
 * @returns the messages in the order in which they are reached
 */
export function messagesOfWindow(folder: string, profile: string): Message[] {
  return [
    { name: 'settings-damaged', reach: ({ page }) => page.getByTestId('notice-banner').waitFor() },
    ...runMessages(folder),
    ...dataMessages(folder),
    ...fileMessages(folder),
    ...workMessages(folder, profile),
    ...engineMessages(folder, profile),
  ];
}
