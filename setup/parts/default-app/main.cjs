/**
 * Runs the application whose path Electron is given: `electron [-r FILE] PATH [arguments]`. Electron's own downloads
 * contain such a program; the runtime from the registry does not, so it gets this one.
 */
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join, resolve } = require('node:path');
const process = require('node:process');

/** @param {string[]} words  the command line after the program's name */
function parse(words) {
  const preload = [];
  let application;
  for (let i = 0; i < words.length && application === undefined; i++) {
    if (words[i] === '-r' || words[i] === '--require') preload.push(words[++i]);
    else if (!words[i].startsWith('-')) application = resolve(words[i]);
  }
  return { preload, application };
}

const { preload, application } = parse(process.argv.slice(1));
if (!application) {
  process.stderr.write(`Electron ${process.versions.electron}: give the folder of an application.\n`);
  process.exit(1);
}

const requireHere = createRequire(join(process.cwd(), 'electron'));
for (const file of preload) requireHere(file);

const { name, productName, version, main } = JSON.parse(readFileSync(join(application, 'package.json'), 'utf8'));
Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true });
app.setName(productName ?? name);
app.setVersion(version);
app.setDesktopName(`${app.name}.desktop`);
app.setAppPath(application);
// Not with an asynchronous import: the application must load its native library before Electron loads Mesa's,
// since the two clash in the other order.
require(join(application, main));
