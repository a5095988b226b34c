/** The switches with which Electron must be started on this machine. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const onLinux = process.platform === 'linux';

/** @returns {boolean} whether a window can be shown */
export function hasDisplay(environment = process.env) {
  return !onLinux || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** @returns {string[]} the switches that Electron needs on this machine */
export function electronSwitches(environment = process.env) {
  if (!onLinux) return [];
  return [
    // Chromium's sandbox does not work as root, and Electron then refuses to start without this switch.
    ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
    ...(existsSync('/dev/dri') ? [] : ['--disable-gpu']),
    // Electron before 38 only looks for an X server unless told to choose. Later versions might choose a Wayland desktop
    // even if an X server is intended, as in tests.
    ...(environment.WAYLAND_DISPLAY && !environment.DISPLAY ? ['--ozone-platform-hint=auto'] : []),
    ...(environment.DISPLAY && !environment.WAYLAND_DISPLAY ? ['--ozone-platform=x11'] : []),
  ];
}

/**
 * Whether Electron can create its sandbox, without which it exits at once. Some systems (Ubuntu since 23.10, hardened
 * Debian) do not let ordinary users' programs create one unless Electron's helper belongs to root.
 * @param {string | undefined} runtime  Electron's folder, if there is one
 * @param {string} [systemSettings]  the folder with the kernel's settings
 */
export function sandboxIsAllowed(runtime, systemSettings = '/proc/sys') {
  if (!onLinux || process.getuid() === 0 || !runtime || !sandboxIsRestricted(systemSettings)) return true;
  const { uid, mode } = statSync(join(runtime, 'chrome-sandbox'));
  return uid === 0 && (mode & 0o4000) !== 0;
}

/** @param {string} runtime  Electron's folder @returns {string[]} the commands that let it make its sandbox */
export function sandboxCommands(runtime) {
  const helper = join(runtime, 'chrome-sandbox');
  return [`sudo chown root:root '${helper}'`, `sudo chmod 4755 '${helper}'`];
}

/** @param {string} systemSettings */
function sandboxIsRestricted(systemSettings) {
  return (
    settingIs(join(systemSettings, 'kernel/apparmor_restrict_unprivileged_userns'), '1') ||
    settingIs(join(systemSettings, 'kernel/unprivileged_userns_clone'), '0') ||
    settingIs(join(systemSettings, 'user/max_user_namespaces'), '0')
  );
}

/** @param {string} file @param {string} value */
function settingIs(file, value) {
  return existsSync(file) && readFileSync(file, 'utf8').trim() === value;
}
