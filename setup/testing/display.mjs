/** A virtual display, so that windows of tests do not get in the way of whoever runs them, nor of each other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Above the numbers of desktops. */
const FIRST_NUMBER = 100;
/** An X server takes none above 59,535. */
const NUMBERS = 50_000;

/**
 * Starts an X server that ends with this process at the latest, and points the environment at it. Does nothing but on
 * Linux, where alone there is one.
 * @returns {Promise<() => Promise<void>>} ends the server
 */
export async function startDisplay(environment = process.env) {
  if (process.platform !== 'linux') return async () => undefined;
  // A number of this process's own. Of a number that it may choose itself, a server that ends removes the socket although
  // another one has that number by then.
  const number = FIRST_NUMBER + (process.pid % NUMBERS);
  // It writes to the file descriptor 3 when it is ready, and closes it. Were it closed here first, the server would die
  // of the signal SIGPIPE. Without `-noreset` it starts anew whenever the last window has gone, and drops whoever
  // connects meanwhile.
  const words = [`:${number}`, '-displayfd', '3', '-noreset', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  process.once('exit', () => server.kill());
  const ended = once(server, 'exit');
  if ((await text(server.stdio[3])) === '') {
    throw new Error(`Xvfb, the virtual display, ended with status ${(await ended)[0]}.`);
  }
  // This process may end while the server runs.
  server.unref();
  environment.DISPLAY = `:${number}`;
  // An Electron that saw a Wayland desktop would open its windows there.
  for (const name of ['WAYLAND_DISPLAY', 'XDG_SESSION_TYPE', 'XAUTHORITY']) delete environment[name];
  return async () => {
    server.ref();
    server.kill();
    await ended;
  };
}
