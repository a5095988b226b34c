/** Starts the built application with the test's own profile and folder, and uses it like a person. */
import { type ElectronApplication, type Page, _electron, expect } from '@playwright/test';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunView } from '../../src-preload/contract';
import type { Command } from '../../src-preload/menu';
import { electronSwitches } from '../../setup/launch.mjs';
import { electronExecutable } from '../../setup/parts/electron.mjs';
import { test as base } from '../display';
import { draw } from './pad';

export const ROOT = join(import.meta.dirname, '../..');

/** The running application. */
export class Studio {
  /** Uncaught errors of the window and its workers, and what Chromium or the window wrote as an error. */
  readonly errors: string[] = [];

  private constructor(
    readonly app: ElectronApplication,
    readonly page: Page,
    /** Stored, because Playwright no longer has it after the application has ended. */
    readonly process: ChildProcess,
  ) {
    // The context has them of every page, also of one that replaces a crashed one.
    const context = app.context();
    context.on('weberror', (error) => this.errors.push(String(error.error().stack)));
    context.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  /** @param profile the user-data folder @param application the folder with package.json and out/ */
  static async open(profile: string, application = ROOT): Promise<Studio> {
    const app = await _electron.launch({
      executablePath: electronExecutable(),
      args: [application, ...electronSwitches(), `--user-data-dir=${profile}`],
    });
    const page = await app.firstWindow();
    const studio = new Studio(app, page, app.process());
    // Those before the window was known.
    studio.errors.push(...(await page.pageErrors()).map((error) => String(error.stack)));
    await page
      .getByTestId('device')
      .filter({ hasText: 'CPU ·' })
      .or(page.getByTestId('device').filter({ hasText: 'GPU ·' }))
      .waitFor();
    await page.getByTestId('sample-5').and(page.locator('[data-label]')).waitFor();
    return studio;
  }

  /** Quits as closing the window does, and waits until the process has ended. @returns its exit status */
  async quit(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    await this.app.evaluate(({ BrowserWindow }) => {
      // Not awaited: the connection ends with the process.
      setTimeout(() => BrowserWindow.getAllWindows()[0]?.close());
    });
    return ended;
  }

  /** Answers the next folder dialog with this folder, or with "Cancel" for null. */
  async answerFolderDialog(folder: string | null): Promise<void> {
    await this.app.evaluate(({ dialog }, answer) => {
      dialog.showOpenDialog = () =>
        Promise.resolve({ canceled: answer === null, filePaths: answer === null ? [] : [answer] });
    }, folder);
  }

  /** Answers the next file dialog with this file. */
  async answerFileDialog(file: string): Promise<void> {
    await this.answerFolderDialog(file);
  }

  /** Chooses the menu item of this command. */
  async chooseInMenu(command: Command | 'copyDiagnostics' | 'showLog'): Promise<void> {
    await this.app.evaluate(({ Menu }, id) => {
      Menu.getApplicationMenu()?.getMenuItemById(id)?.click();
    }, command);
  }

  async answerSaveDialog(file: string): Promise<void> {
    await this.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = ((_window: unknown, { defaultPath }: Electron.SaveDialogOptions) => {
        Object.assign(globalThis, { suggested: defaultPath });
        return Promise.resolve({ canceled: false, filePath });
      }) as typeof dialog.showSaveDialog;
    }, file);
  }

  /** The path that the last save dialog suggested. */
  suggestedPath(): Promise<string> {
    return this.app.evaluate(() => (globalThis as unknown as { suggested: string }).suggested);
  }

  async chooseFolder(folder: string): Promise<void> {
    await this.answerFolderDialog(folder);
    await this.page.getByTestId('choose-folder').click();
    await this.page.getByTestId('folder-path').filter({ hasText: folder }).waitFor();
  }

  /** Opens the dialog for a new run, with all its fields. */
  async openNewRun(): Promise<void> {
    await this.page.getByTestId('new-run').click();
    const more = this.page.getByTestId('more-settings');
    if ((await more.getAttribute('aria-expanded')) === 'false') await more.click();
  }

  async closeNewRun(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.getByTestId('new-run-sheet').waitFor({ state: 'detached' });
  }

  /** Types a setting of the next run. */
  async set(setting: string, value: number | string): Promise<void> {
    await this.openNewRun();
    await this.page.getByTestId(`setting-${setting}`).fill(String(value));
    await this.closeNewRun();
  }

  /** Starts a run, on the card of the first start or else in the dialog for a new run. */
  async start(): Promise<void> {
    const start = this.page.getByTestId('start');
    if ((await start.count()) === 0) await this.page.getByTestId('new-run').click();
    await start.click();
  }

  /** The shown run. Goes through the main process, since Playwright's page cannot be used after a crash. */
  async run(): Promise<RunView> {
    const ask = `new Promise((resolve) => {
      const end = studio.on('run', (view) => { end(); resolve(view); });
      void studio.request('getStudio', undefined);
    })`;
    const view = await this.app.evaluate(
      ({ BrowserWindow }, script) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(script) as Promise<string>,
      ask,
    );
    return JSON.parse(view) as RunView;
  }

  async step(): Promise<number> {
    return (await this.run()).progress!.step;
  }

  get runState() {
    return this.page.getByTestId('run-state');
  }

  /** @param percent the zoom level @param width in physical pixels, like the height */
  async resize({ width, height, percent = 100 }: { width: number; height: number; percent?: number }): Promise<void> {
    await this.app.evaluate(
      ({ BrowserWindow }, size) => {
        const window = BrowserWindow.getAllWindows()[0]!;
        window.setContentSize(size.width, size.height);
        window.webContents.setZoomFactor(size.percent / 100);
      },
      { width, height, percent },
    );
    await this.page.waitForFunction((expected) => innerWidth === expected, Math.round((width * 100) / percent));
  }

  /** See `draw`. */
  draw(strokes: [number, number][][], steps?: number): Promise<void> {
    return draw(this.page, strokes, steps);
  }
}

interface Fixtures {
  /** An empty folder, removed after the test. */
  folder: string;
  /** An empty user-data folder, removed after the test. */
  profile: string;
  /** Starts the application. It is killed after the test. */
  open: (application?: string) => Promise<Studio>;
  /** Set it for tests that cause errors in the window on purpose. By default the window's first error fails the test. */
  mayHaveErrors: boolean;
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names from the pattern
  folder: ({}, use) => withTemporaryFolder(use),
  // oxlint-disable-next-line no-empty-pattern -- as above
  profile: ({}, use) => withTemporaryFolder(use),
  mayHaveErrors: [false, { option: true }],
  open: async ({ profile, mayHaveErrors }, use) => {
    const studios: Studio[] = [];
    await use(async (application) => {
      const studio = await Studio.open(profile, application);
      studios.push(studio);
      return studio;
    });
    for (const studio of studios) studio.process.kill('SIGKILL');
    if (!mayHaveErrors) expect(studios.flatMap(({ errors }) => errors)).toEqual([]);
  },
});

export { expect };

/** An application that tests share. Those that start it again replace `studio`. */
interface Shared {
  profile: string;
  studio: Studio;
}

/**
 * Lets the tests of this group run one after the other in one start of the application, since a start takes longer than
 * many a test. After a failure the next ones get a new one.
 */
export function shareStart(): Shared {
  test.describe.configure({ mode: 'default' });
  const shared = {} as Shared;
  test.beforeAll(async () => {
    shared.profile = await temporaryFolder();
    shared.studio = await Studio.open(shared.profile);
  });
  test.afterEach(({ mayHaveErrors }) => {
    const errors = (shared as Partial<Shared>).studio?.errors.splice(0) ?? [];
    if (!mayHaveErrors) expect(errors).toEqual([]);
  });
  test.afterAll(async () => {
    (shared as Partial<Shared>).studio?.process.kill('SIGKILL');
    await remove(shared.profile);
  });
  return shared;
}

async function withTemporaryFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  await use(folder);
  await remove(folder);
}

const temporaryFolder = () => mkdtemp(join(tmpdir(), 'digit-studio-window-'));

/** Retries while the ending application still writes. */
const remove = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 10 });
