import { relative } from 'node:path';
import type { Plugin } from 'vite';

/** The file that the plugin writes beside a bundle: the packages' folders, from the project's root, as a JSON array. */
export const BUNDLED_PACKAGES = 'bundled-packages.json';

/** Records which packages' code is in a bundle, since their licences must be shipped with it. */
export function noteBundledPackages(): Plugin {
  return {
    name: 'note-bundled-packages',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle)
        .filter((output) => output.type === 'chunk')
        .flatMap((chunk) => Object.entries(chunk.modules))
        .filter(([, { renderedLength }]) => renderedLength > 0)
        .map(([id]) => id);
      const folders = modules
        .map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0])
        .filter((folder) => folder !== undefined)
        .map((folder) => relative(process.cwd(), folder).replaceAll('\\', '/'));
      this.emitFile({
        type: 'asset',
        fileName: BUNDLED_PACKAGES,
        source: JSON.stringify([...new Set(folders)].sort(), null, 1),
      });
    },
  };
}
