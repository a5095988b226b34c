import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TemporaryProject, realRoot } from '../setup/temporary-project';
import { type ZipEntry, zip } from '../setup/zip';

/** A program of Electron's, in which only the fuses are real: all off. */
const program = Buffer.concat([
  Buffer.from('ELECTRON dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from('\x01\x0800000000'),
]);

const file = (name: string, content: string | Buffer = name, mode = 0o100644): ZipEntry => ({ name, content, mode });
const texts = ['LICENSE', 'LICENSES.chromium.html', 'version'].map((name) => file(name));

const forWindows = [
  ...texts,
  file('electron.exe', program, 0o100755),
  file('ffmpeg.dll'),
  file('locales/en-US.pak'),
  file('locales/de.pak'),
  file('resources/default_app.asar'),
];

const contents = 'Electron.app/Contents';
const forMac = [
  ...texts,
  file(`${contents}/MacOS/Electron`, program, 0o100755),
  file(
    `${contents}/Info.plist`,
    '<key>CFBundleName</key>\n\t<string>Electron</string><key>CFBundleExecutable</key><string>Electron</string>',
  ),
  file(`${contents}/Resources/default_app.asar`),
  file(`${contents}/Resources/en.lproj/locale.pak`),
  file(`${contents}/Resources/de.lproj/locale.pak`),
  file(`${contents}/Frameworks/Electron Framework.framework/Versions/A/Electron Framework`),
  file(`${contents}/Frameworks/Electron Framework.framework/Versions/Current`, 'A', 0o120777),
];

const forLinux = [...texts, file('electron', program, 0o100755), file('chrome-sandbox'), file('locales/de.pak')];

/** A project whose Electron for this system is a small folder, and which has archives for two other systems. */
function setUp() {
  const project = new TemporaryProject();
  cpSync(join(realRoot, 'packaging'), project.path('packaging'), { recursive: true });
  cpSync(join(realRoot, 'LICENSE'), project.path('LICENSE'));
  mkdirSync(project.path('node_modules'));
  for (const name of readdirSync(join(realRoot, 'node_modules'))) {
    if (name !== 'electron') symlinkSync(join(realRoot, 'node_modules', name), project.path(`node_modules/${name}`));
  }
  const { version } = JSON.parse(readFileSync(join(realRoot, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  const checksums: Record<string, string> = {
    [`electron-v${version}-linux-arm64.zip`]: '0'.repeat(64),
    [`electron-v${version}-linux-x64.zip`]: '0'.repeat(64),
    [`electron-v${version}-darwin-x64.zip`]: '0'.repeat(64),
  };
  for (const [target, entries] of [
    ['win32-x64', forWindows],
    ['darwin-arm64', forMac],
  ] as const) {
    const name = `electron-v${version}-${target}.zip`;
    const archive = zip(entries);
    project.write(`.native/electron-archives/${name}`, archive);
    checksums[name] = createHash('sha256').update(archive).digest('hex');
  }
  project.write('node_modules/electron/checksums.json', JSON.stringify(checksums));
  for (const { name, content, mode } of forLinux) project.write(`runtime/${name}`, Buffer.from(content), mode & 0o777);
  project.write('dist/work/application/package.json', '{"name":"digit-studio"}');
  mkdirSync(project.path('dist/work/application/node_modules'));
  return project;
}

it.skipIf(process.platform !== 'linux')(
  'packages without the native library are made for each system whose Electron is there, and the others are named',
  async () => {
    const project = setUp();
    // Without dpkg-deb, which would look into the program.
    mkdirSync(project.path('bin'));
    for (const name of ['tar', 'gzip']) {
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), project.path(`bin/${name}`));
    }
    const { stdout, stderr } = await project.run(
      `const { packWebAssembly } = await import('./packaging/webassembly/packages.mjs');
       const { unzip } = await import('./setup/tools/unzip.mjs');
       const made = await packWebAssembly();
       console.log(made.map((file) => file.split('/').at(-1)).join());
       await unzip(made.find((file) => file.endsWith('.zip')), './windows');`,
      {
        PATH: project.path('bin'),
        ELECTRON_OVERRIDE_DIST_PATH: project.path('runtime'),
        ELECTRON_MIRROR: 'http://127.0.0.1:9/',
      },
    );
    const { version } = JSON.parse(readFileSync(project.path('package.json'), 'utf8')) as { version: string };
    const name = (target: string, kind: string) => `digit-studio-webassembly-${version}-${target}.${kind}`;
    const others = [name('win32-x64', 'zip'), name('darwin-arm64', 'tar.gz')];
    expect(stdout.trim().split(',')).toEqual(expect.arrayContaining(others));
    expect(stdout).toContain(name(`linux-${process.arch}`, 'tar.gz'));
    expect(stderr).toMatch(/There is no package for darwin-x64: http:\/\/127\.0\.0\.1:9\/.*could not be downloaded/);
    expect(stderr).toMatch(/put it into .*\.native\/electron-archives/);

    const filesIn = (folder: string) =>
      readdirSync(project.path(folder), { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(project.path(folder).length + 1))
        .filter((path) => !path.startsWith('licences/'))
        .sort();
    const windows = 'windows/digit-studio';
    expect(filesIn(windows)).toEqual(['Digit Studio.exe', 'ffmpeg.dll', 'locales/en-US.pak', 'resources/app.asar']);
    expect(readFileSync(project.path(`${windows}/licences/chromium.html`), 'utf8')).toBe('LICENSES.chromium.html');
    // The fuses: only the archive is run, and its checksum, which is not in the program, is not asked for.
    const fuses = readFileSync(project.path(`${windows}/Digit Studio.exe`))
      .subarray(-8)
      .toString();
    expect(fuses).toBe('00000100');

    execFileSync('tar', ['-xzf', `dist/${others[1]}`], { cwd: project.root });
    expect(filesIn('digit-studio')).toEqual([
      'Digit Studio.app/Contents/Frameworks/Electron Framework.framework/Versions/A/Electron Framework',
      'Digit Studio.app/Contents/Frameworks/Electron Framework.framework/Versions/Current',
      'Digit Studio.app/Contents/Info.plist',
      'Digit Studio.app/Contents/MacOS/Electron',
      'Digit Studio.app/Contents/Resources/app.asar',
      'Digit Studio.app/Contents/Resources/en.lproj/locale.pak',
    ]);
    const bundle = project.path('digit-studio/Digit Studio.app/Contents');
    expect(readFileSync(join(bundle, 'Info.plist'), 'utf8')).toMatch(
      /CFBundleName<\/key>\s*<string>Digit Studio<.*CFBundleExecutable<\/key><string>Electron</,
    );
    // Its signature stays valid for the unchanged program.
    expect(readFileSync(join(bundle, 'MacOS/Electron'))).toEqual(program);
  },
);
