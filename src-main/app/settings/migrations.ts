/** Migrates settings files of earlier versions. */

export type Content = Record<string, unknown>;

/** Converts a file's content to the next version. The content may be anything; the result is validated afterwards. */
export type Migration = (content: Content) => Content;

/** The first migrates version 1 to 2, and so on. A new setting needs none: missing settings have defaults. */
export const migrations: Migration[] = [
  // Version 1 did not contain a version number and was otherwise the same.
  (content) => content,
  // Version 2 stored only folders, whose images were used unchanged.
  ({ dataFolder, dataFolders, ...others }) => ({
    ...others,
    ...(typeof dataFolder === 'string' && { dataSource: { folder: dataFolder, images: null } }),
    ...(isContent(dataFolders) && { dataSources: mapValues(dataFolders, (folder) => ({ folder, images: null })) }),
  }),
];

export function isContent(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues(content: Content, change: (value: unknown) => unknown): Content {
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, change(value)]));
}

/** @param stated the file's version field @returns the version, from 1; null if it is invalid */
export function versionOf(stated: unknown): number | null {
  if (stated === undefined) return 1;
  return typeof stated === 'number' && Number.isInteger(stated) && stated >= 1 ? stated : null;
}

/** @param from the content's version @returns the content in the newest version */
export function migrate(content: Content, from: number, steps = migrations): Content {
  return steps.slice(from - 1).reduce((older, toNext) => toNext(older), content);
}
