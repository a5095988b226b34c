/** Installs the Debian package, and starts the installed program as an ordinary user. */
import { type Browser, type Page, chromium } from '@playwright/test';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The user `nobody`, which every system has. */
export const ORDINARY_USER = 65_534;

/** @param words apt-get's arguments */
export function aptGet(...words: string[]): string {
  return execFileSync('apt-get', ['-y', '--no-install-recommends', ...words], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** The running installed program. */
export class InstalledStudio {
  private constructor(
    readonly process: ChildProcess,
    readonly browser: Browser,
    readonly page: Page,
  ) {}

  /**
   * @param home the user's home folder, which must be theirs
   * @param profile the user-data folder
   */
  static async start(
    home: string,
    profile: string,
    words: string[] = [],
    environment: Record<string, string> = {},
  ): Promise<InstalledStudio> {
    const asUser = [`--reuid=${ORDINARY_USER}`, `--regid=${ORDINARY_USER}`, '--clear-groups'];
    const program = ['digit-studio', `--user-data-dir=${profile}`, '--remote-debugging-port=0', ...words];
    const child = spawn('setpriv', [...asUser, ...program], {
      cwd: home,
      env: { PATH: process.env.PATH, DISPLAY: process.env.DISPLAY, HOME: home, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const browser = await chromium.connectOverCDP(await debuggerAddress(child));
    return new InstalledStudio(child, browser, browser.contexts()[0]!.pages()[0]!);
  }

  /** Closes the window from its page, and waits for the program to end. @returns its exit status */
  async quit(): Promise<number | null> {
    const ended = once(this.process, 'exit') as Promise<[number | null]>;
    await this.page.evaluate(() => {
      // Not awaited: the connection ends with the program.
      setTimeout(() => {
        close();
      });
    });
    return (await ended)[0];
  }
}

/** Chromium prints its address to standard error. @throws Error with the output if it ends before that */
async function debuggerAddress(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  for await (const line of createInterface(child.stderr!)) {
    said.push(line);
    const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      child.stderr!.resume();
      return address;
    }
  }
  throw new Error(`The program ended before its window opened:\n${said.join('\n')}`);
}
