/** A virtual display, so that the windows of tests disturb neither the person who runs them nor each other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Higher than the display numbers of desktops. */
const FIRST_NUMBER = 100;
/** X servers accept display numbers up to 59,535. */
const NUMBERS = 50_000;

/**
 * Starts an X server that ends with this process at the latest, and makes the environment use it. Does nothing except on
 * Linux.
 * @returns {Promise<() => Promise<void>>} ends the server
 */
export async function startDisplay(environment = process.env) {
  if (process.platform !== 'linux') return async () => undefined;
  // A number that belongs to this process. If servers chose their own numbers, one that ends could remove the socket of
  // another that has taken its number.
  const number = FIRST_NUMBER + (process.pid % NUMBERS);
  // The server writes to file descriptor 3 when it is ready, then closes it. If it were closed here first, SIGPIPE would
  // kill the server. Without `-noreset` the server restarts when the last window closes, and drops any program that
  // connects meanwhile.
  const words = [`:${number}`, '-displayfd', '3', '-noreset', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  process.once('exit', () => server.kill());
  const ended = once(server, 'exit');
  if ((await text(server.stdio[3])) === '') {
    throw new Error(`Xvfb, the virtual display, ended with status ${(await ended)[0]}.`);
  }
  // Lets this process end while the server runs.
  server.unref();
  environment.DISPLAY = `:${number}`;
  // Otherwise Electron would open its windows on a Wayland desktop if there is one.
  for (const name of ['WAYLAND_DISPLAY', 'XDG_SESSION_TYPE', 'XAUTHORITY']) delete environment[name];
  return async () => {
    server.ref();
    server.kill();
    await ended;
  };
}
