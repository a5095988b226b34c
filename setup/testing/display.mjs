/** A virtual display, so that windows of tests do not get in the way of whoever runs them, nor of each other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts an X server that ends with this process at the latest, and points the environment at it. Does nothing but on
 * Linux, where alone there is one.
 * @returns {Promise<() => Promise<void>>} ends the server
 */
export async function startDisplay(environment = process.env) {
  if (process.platform !== 'linux') return async () => undefined;
  // It chooses a free number itself and writes it to the file descriptor 3.
  const words = ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  process.once('exit', () => server.kill());
  const ended = once(server, 'exit');
  const number = await Promise.race([
    once(server.stdio[3].setEncoding('utf8'), 'data').then(([text]) => text.trim()),
    ended.then(([status]) => {
      throw new Error(`Xvfb, the virtual display, ended with status ${status}.`);
    }),
  ]);
  // This process may end while the server runs.
  server.stdio[3].destroy();
  server.unref();
  environment.DISPLAY = `:${number}`;
  // An Electron that saw a Wayland desktop would open its windows there.
  for (const name of ['WAYLAND_DISPLAY', 'XDG_SESSION_TYPE', 'XAUTHORITY']) delete environment[name];
  return async () => {
    server.kill();
    await ended;
  };
}
