import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..');

let built: Promise<string> | undefined;

/**
 * Builds the command line once per test process, which makes it start three times as fast as from its sources. One test
 * starts it from its sources with npm, as people do.
 * @returns the script for Node
 */
export function builtCli(): Promise<string> {
  return (built ??= buildCli());
}

/** Each process has a folder here, as deep in the project as the sources' folders, which use `../../resources`. */
const modules = join(ROOT, 'node_modules');
const PREFIX = '.digit-studio-cli-';

async function buildCli(): Promise<string> {
  removeOld();
  const folder = join(modules, `${PREFIX}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@contract': join(ROOT, 'src-preload') } },
    build: {
      ssr: 'src-main/cli/index.ts',
      target: 'node20.18',
      outDir: folder,
      copyPublicDir: false,
      rolldownOptions: { output: { chunkFileNames: '[name].js' } },
    },
  });
  return join(folder, 'index.js');
}

/** Removes what killed processes left behind; vitest kills its own. */
function removeOld(): void {
  for (const name of readdirSync(modules)) {
    const isOld = name.startsWith(PREFIX) && !isAlive(Number(name.slice(PREFIX.length)));
    if (isOld) rmSync(join(modules, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
