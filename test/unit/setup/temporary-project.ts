import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

/** The real project's root. */
export const realRoot = resolve(import.meta.dirname, '../../..');

/** How a process ended. */
interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A project that contains only the set-up scripts, which work on their own project's folder. */
export class TemporaryProject {
  readonly root = mkdtempSync(join(tmpdir(), 'digit-studio-setup-'));

  constructor() {
    cpSync(join(realRoot, 'setup'), join(this.root, 'setup'), { recursive: true });
    cpSync(join(realRoot, 'package.json'), join(this.root, 'package.json'));
    onTestFinished(() => {
      rmSync(this.root, { recursive: true, force: true });
    });
  }

  path(file: string): string {
    return join(this.root, file);
  }

  write(file: string, content: string | Buffer, mode = 0o644): string {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content, { mode });
    return this.path(file);
  }

  /** Imports one of this project's own copies of the set-up scripts. */
  async load<Module>(script: string): Promise<Module> {
    return (await import(/* @vite-ignore */ pathToFileURL(this.path(`setup/${script}`)).href)) as Module;
  }

  /** Runs JavaScript in this folder, in a separate process. */
  start(code: string, environment: Record<string, string | undefined> = {}) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: this.root,
      env: { ...process.env, ...environment },
    });
    const ended = new Promise<Ended>((resolve) => {
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      child.on('close', (status) => {
        resolve({ status, stdout, stderr });
      });
    });
    return { child, ended };
  }

  run(code: string, environment: Record<string, string | undefined> = {}): Promise<Ended> {
    return this.start(code, environment).ended;
  }

  /** Prepares a part like `npm start`: only if it is not ready. */
  prepare(script: string, part: string, environment: Record<string, string | undefined> = {}): Promise<Ended> {
    return this.run(
      `import { ${part} } from './setup/parts/${script}';
       import { runMain } from './setup/tools/messages.mjs';
       await runMain(async () => { if (!${part}.isReady()) await ${part}.prepare(); });
       if (!process.exitCode) console.log(${part}.isReady() ? 'ready' : 'not ready');`,
      environment,
    );
  }
}
