import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TemporaryProject, realRoot } from './temporary-project';

export const scope = 'node_modules/@tensorflow';
const native = join(realRoot, '.native');
/** The folder that set-up created; none if the package's own install script was used. */
export const made = existsSync(native)
  ? readdirSync(native).find((name) => /^tensorflow-[\d.]+-cpu$/.test(name))
  : undefined;

/** A project with the real packages and the real library, but its own copy of the package under test. */
export function projectWithTensorFlow(): TemporaryProject {
  const project = new TemporaryProject();
  mkdirSync(project.path(scope), { recursive: true });
  const own = join(scope, 'tfjs-node-gpu');
  const link = (name: string) => {
    if (name !== '@tensorflow' && name !== own) symlinkSync(join(realRoot, name), project.path(name));
  };
  for (const name of readdirSync(join(realRoot, 'node_modules')))
    if (name !== '@tensorflow') link(`node_modules/${name}`);
  for (const name of readdirSync(join(realRoot, scope))) link(`${scope}/${name}`);
  cpSync(join(realRoot, own), project.path(own), {
    recursive: true,
    filter: (file) => !/tfjs-node-gpu\/(deps|lib)$/.test(file),
  });
  copyOfLinks(join(native, made ?? ''), project.path(`.native/${made ?? ''}`));
  return project;
}

/** Copies a folder with hard links, since the library is large. */
function copyOfLinks(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const copy = file.replace(from, to);
    mkdirSync(dirname(copy), { recursive: true });
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(file), copy);
    else if (entry.isFile()) linkSync(file, copy);
  }
}
