import { relative } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** The file that the plugin writes beside a bundle: the packages' folders, from the project's root, as a JSON array. */
export const BUNDLED_PACKAGES = 'bundled-packages.json';

/**
 * Records which packages' code is in a bundle, since their licences must be shipped with it.
 * @param ofWorkers the packages in the bundle's workers, see `collectPackages`
 */
export function noteBundledPackages(ofWorkers = new Set<string>()): Plugin {
  return {
    name: 'note-bundled-packages',
    generateBundle(_options, bundle) {
      const folders = new Set([...ofWorkers, ...packagesIn(bundle)]);
      this.emitFile({
        type: 'asset',
        fileName: BUNDLED_PACKAGES,
        source: JSON.stringify([...folders].sort(), null, 1),
      });
    },
  };
}

/** Adds the packages in a worker's bundle, which is built before that of its window. */
export function collectPackages(folders: Set<string>): Plugin {
  return {
    name: 'collect-packages',
    generateBundle(_options, bundle) {
      for (const folder of packagesIn(bundle)) folders.add(folder);
    },
  };
}

function packagesIn(bundle: Rolldown.OutputBundle): string[] {
  return Object.values(bundle)
    .filter((output) => output.type === 'chunk')
    .flatMap((chunk) => Object.entries(chunk.modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0])
    .filter((folder) => folder !== undefined)
    .map((folder) => relative(process.cwd(), folder).replaceAll('\\', '/'));
}
