import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..');

let built: Promise<string> | undefined;

/**
 * The command line, built once in each process of the tests: it starts in a third of the time that it takes from its
 * sources. One test starts it from its sources, by npm, as people do.
 * @returns the script for Node
 */
export function builtCli(): Promise<string> {
  return (built ??= buildCli());
}

async function buildCli(): Promise<string> {
  // As deep in the project as the folders of the sources, so that `../../resources` is found.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.digit-studio-cli-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true });
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
