/**
 * One set-up at a time. The lock is a listening socket, because the operating system takes it back however its holder
 * ends, kill -9 included: there is no stale lock to recognise. Programs that set-up starts inherit the socket, so the
 * lock also outlives a killed set-up for as long as an `npm ci` that it started is still writing.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note } from './messages.mjs';
import { root } from './project.mjs';

/** @type {import('node:net').Server | undefined} */
let held;

/** Those who wait for this process to be done: they see their connection end. @type {Set<import('node:net').Socket>} */
const waiting = new Set();

/** What a child process inherits to keep the lock, as an element of spawn's `stdio`. */
export function heldLock() {
  // Node has no documented way to ask for the number; Windows has none to inherit.
  return held?._handle?.fd > 0 ? held._handle.fd : 'ignore';
}

/**
 * Does the work while no other process works under the same name.
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} name
 * @returns {Promise<T>}
 */
export async function withLock(work, name = root) {
  const address = lockAddress(name);
  let hasSaid = false;
  while (!(held = await listen(address))) {
    if (!hasSaid) note('Another set-up of this project is at work; waiting for it to end ...');
    hasSaid = true;
    await waitForHolder(address);
  }
  try {
    return await work();
  } finally {
    held.close();
    held = undefined;
    for (const socket of waiting) socket.destroy();
  }
}

/** @param {string} name */
function lockAddress(name) {
  const id = `digit-studio-setup-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${id}`;
  // Linux has sockets without a file (their names begin with a zero byte).
  return process.platform === 'linux' ? `\0${id}` : join(tmpdir(), id);
}

/** @param {string} address @returns the server, or undefined when somebody else listens there */
function listen(address) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      waiting.add(socket.unref());
      socket.on('error', () => undefined).on('close', () => waiting.delete(socket));
    });
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Waits until the connection to the holder breaks, which its end brings about. @param {string} address */
function waitForHolder(address) {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.on('error', (error) => {
      // A socket file that nobody listens on is all that a killed holder leaves behind.
      if (error.code === 'ECONNREFUSED' && address.startsWith('/')) rmSync(address, { force: true });
    });
    socket.on('close', resolve);
  });
}
