import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TemporaryProject } from './temporary-project';

/**
 * A system without a compiler, on which apt-get is a script that "installs" it. The scripts write their arguments to
 * `calls`.
 */
function setUp() {
  const project = new TemporaryProject();
  const tool = (name: string, action = '') =>
    project.write(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >> '${project.path('calls')}'\n${action}\n`, 0o755);
  tool('apt-get', `case "$*" in *install*) /bin/cp '${project.path('bin/dpkg')}' '${project.path('bin/g++')}';; esac`);
  tool('apt-cache');
  tool('dpkg');
  const prepare = (user: number, wished: string[] = []) =>
    project.run(
      `process.getuid = () => ${user};
       const { prepareSystem } = await import('./setup/parts/system-libraries.mjs');
       const { runMain } = await import('./setup/tools/messages.mjs');
       await runMain(() => prepareSystem(['compiler'], ${JSON.stringify(wished)}));`,
      { PATH: project.path('bin') },
    );
  const calls = () => (existsSync(project.path('calls')) ? readFileSync(project.path('calls'), 'utf8') : '');
  return { project, prepare, calls };
}

describe.skipIf(process.platform !== 'linux')('a missing system package', () => {
  it('is installed if the user is root', async () => {
    const { prepare, calls } = setUp();
    expect((await prepare(0)).status).toBe(0);
    expect(calls()).toMatch(/apt-get .*update\n[^]*apt-get .*install -y --no-install-recommends g\+\+\n/);
  });

  it('is named to an ordinary user with the exact command, and nothing is tried', async () => {
    const { prepare, calls } = setUp();
    const { status, stderr } = await prepare(1000);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Missing on this system: a C\+\+ compiler/);
    expect(stderr).toMatch(/sudo apt-get update && sudo apt-get install g\+\+/);
    expect(calls()).not.toMatch(/apt-get/);
  });

  it('is named together with the needs of later steps, in one command', async () => {
    const { prepare } = setUp();
    const { stderr } = await prepare(1000, ['compiler', 'python', 'pip', 'display']);
    expect(stderr).toMatch(/Missing on this system: a C\+\+ compiler\. Install/);
    expect(stderr).toMatch(/^ {4}sudo apt-get update && sudo apt-get install g\+\+ python3 python3-pip xvfb$/m);
  });

  it('is installed completely after an interrupted installation', async () => {
    const { project, prepare, calls } = setUp();
    project.write('.native/apt-get-unfinished', 'g++ libgtk-3-0');
    project.write('bin/g++', '', 0o755);
    expect((await prepare(0)).status).toBe(0);
    expect(calls()).toMatch(/dpkg --configure -a\n[^]*install .* g\+\+ libgtk-3-0\n/);
    expect(existsSync(project.path('.native/apt-get-unfinished'))).toBe(false);
  });
});

describe.skipIf(process.platform !== 'linux')("Electron's sandbox", () => {
  /** Whether an ordinary user may create it if the kernel's setting has this value. */
  async function ask(setting: string) {
    const project = new TemporaryProject();
    project.write('sys/kernel/apparmor_restrict_unprivileged_userns', setting);
    project.write('runtime/chrome-sandbox', '', 0o755);
    const { stdout } = await project.run(
      `import { sandboxCommands, sandboxIsAllowed } from './setup/launch.mjs';
       process.getuid = () => 1000;
       console.log(sandboxIsAllowed('runtime', 'sys'), sandboxCommands('/a b').join(' && '));`,
    );
    return stdout.trim();
  }

  it('is recognised as forbidden, and the commands that allow it are named', async () => {
    const commands = `sudo chown root:root '/a b/chrome-sandbox' && sudo chmod 4755 '/a b/chrome-sandbox'`;
    expect(await ask('1\n')).toBe(`false ${commands}`);
    expect(await ask('0\n')).toBe(`true ${commands}`);
  });
});
