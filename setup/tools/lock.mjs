/**
 * Allows one set-up at a time. The lock is a listening socket, which the operating system releases however its holder
 * ends, even with kill -9, so no lock can become stale. Programs that set-up starts inherit the socket, so the lock
 * outlives a killed set-up for as long as an `npm ci` that it started is still writing.
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

/** The connections of processes that wait for this one; they wait until their connection ends. @type {Set<import('node:net').Socket>} */
const waiting = new Set();

/** The element of spawn's `stdio` with which a child process inherits the lock. */
export function heldLock() {
  // Node has no documented way to get the descriptor. On Windows there is none to inherit.
  return held?._handle?.fd > 0 ? held._handle.fd : 'ignore';
}

/**
 * Does the work while no other process holds the lock of the same name.
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} name
 * @returns {Promise<T>}
 */
export async function withLock(work, name = root) {
  const address = lockAddress(name);
  let hasSaid = false;
  while (!(held = await listen(address))) {
    if (!hasSaid) note('Another set-up of this project is running; waiting for it to end ...');
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
  // Linux has sockets without a file; their names begin with a zero byte.
  return process.platform === 'linux' ? `\0${id}` : join(tmpdir(), id);
}

/** @param {string} address @returns the server; undefined if another process listens there */
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

/** Waits until the connection to the holder breaks, which happens when the holder ends. @param {string} address */
function waitForHolder(address) {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.on('error', (error) => {
      // A killed holder leaves only a socket file that nobody listens on.
      if (error.code === 'ECONNREFUSED' && address.startsWith('/')) rmSync(address, { force: true });
    });
    socket.on('close', resolve);
  });
}
