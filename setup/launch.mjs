/** What this machine asks of the command line that starts Electron. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './tools/messages.mjs';

const onLinux = process.platform === 'linux';

/** @returns {boolean} whether a window can be shown */
export function hasDisplay(environment = process.env) {
  return !onLinux || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** @returns {string[]} the switches that Electron needs on this machine */
export function electronSwitches(environment = process.env) {
  if (!onLinux) return [];
  return [
    // Chromium's sandbox cannot run as root, and Electron refuses to start without being told so.
    ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
    ...(existsSync('/dev/dri') ? [] : ['--disable-gpu']),
    // Electron before 38 looks for an X server only, unless it is told to choose; a later one may find a Wayland
    // desktop by itself where only an X server was meant, as in tests.
    ...(environment.WAYLAND_DISPLAY && !environment.DISPLAY ? ['--ozone-platform-hint=auto'] : []),
    ...(environment.DISPLAY && !environment.WAYLAND_DISPLAY ? ['--ozone-platform=x11'] : []),
  ];
}

/**
 * Some systems do not let ordinary users' programs make a sandbox (Ubuntu since 23.10, hardened Debian); Electron then
 * ends at once, unless its helper belongs to root. Only the user can see to that.
 * @param {string} runtime  Electron's folder
 */
export function checkSandbox(runtime) {
  if (!onLinux || process.getuid() === 0 || !sandboxIsRestricted()) return;
  const helper = join(runtime, 'chrome-sandbox');
  const { uid, mode } = statSync(helper);
  if (uid === 0 && mode & 0o4000) return;
  throw new SetupError(
    `This system does not let Electron make its sandbox. Allow it with this command and start again:\n\n` +
      `    sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'\n\n` +
      `or start without the sandbox: npm start -- --no-sandbox`,
  );
}

function sandboxIsRestricted() {
  return (
    settingIs('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1') ||
    settingIs('/proc/sys/kernel/unprivileged_userns_clone', '0') ||
    settingIs('/proc/sys/user/max_user_namespaces', '0')
  );
}

/** @param {string} file @param {string} value */
function settingIs(file, value) {
  return existsSync(file) && readFileSync(file, 'utf8').trim() === value;
}
