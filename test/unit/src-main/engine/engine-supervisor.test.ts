import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EngineSupervisor } from '../../../../src-main/engine/engine-supervisor';
import { temporaryFolder } from '../../temporary-folder';

/**
 * Supervises real threads that run a small script in place of the engine's.
 * @param script answers a request: `name`, `argument`, `answer(value)`, `refuse(code, message)`, and `events(name, payload)`
 */
async function supervise(script: string) {
  const file = join(await temporaryFolder(), 'engine.cjs');
  await writeFile(
    file,
    `const { parentPort, threadId } = require('node:worker_threads');
    parentPort.on('message', ({ id, name, argument }) => {
      const reply = (reply) => parentPort.postMessage({ kind: 'reply', id, reply });
      const answer = (value) => reply({ ok: true, value });
      const refuse = (code, message) => reply({ ok: false, code, message });
      const emit = (name, payload) => parentPort.postMessage({ kind: 'event', name, payload });
      if (name === 'close') { answer(null); process.exit(); }
      ${script}
    });`,
  );
  const told: string[] = [];
  const engine = new EngineSupervisor(file, {
    whatToOpen: () => ({ folder: { path: '/checkpoints', run: null }, dataSource: null, deviceChoice: 'auto' }),
    onEvent: () => undefined,
    onThreadEnd: (reason) => told.push(`ended: ${reason}`),
    onReplaced: () => told.push('replaced'),
    onLost: (reason) => told.push(`lost: ${reason}`),
  });
  onTestFinished(async () => {
    await engine.request('close', undefined);
  });
  return { engine, told };
}

const dies = 'process.exit(7);';

test('a thread that ends is replaced, and the new one receives what was open and why', async () => {
  const { engine, told } = await supervise(`
    if (name === 'open') { emit('trained', { run: 'run-3', state: 'running' }); emit('pinned', { pixels: 'AAAA' }); answer(argument); }
    else ${dies}`);
  expect(await engine.opened()).toEqual({
    ok: true,
    value: {
      folder: { path: '/checkpoints', run: null },
      dataSource: null,
      deviceChoice: 'auto',
      interrupted: null,
      pinned: null,
    },
  });
  expect(await engine.request('newSamples', undefined)).toMatchObject({ ok: false, code: 'engine-died' });
  await vi.waitFor(() => expect(told).toEqual(['ended: exit code 7', 'replaced']), { timeout: 60_000 });
  expect(await engine.opened()).toMatchObject({
    value: { interrupted: { run: 'run-3', reason: 'exit code 7' }, pinned: 'AAAA' },
  });
});

test('one that dies at every request is replaced three times, then given up', async () => {
  const { engine, told } = await supervise(`if (name === 'open') answer(argument); else ${dies}`);
  for (let i = 0; i < 4; i++) {
    expect(await engine.opened()).toMatchObject({ ok: true });
    expect(await engine.request('newSamples', undefined)).toMatchObject({ ok: false, code: 'engine-died' });
  }
  const death = 'ended: exit code 7';
  await vi.waitFor(() => expect(told.at(-1)).toBe('lost: exit code 7'), { timeout: 60_000 });
  expect(told.filter((words) => words === death)).toHaveLength(4);
  expect(told.filter((words) => words === 'replaced')).toHaveLength(3);
  expect(await engine.opened()).toMatchObject({ ok: true });
  expect(await engine.request('newSamples', undefined)).toMatchObject({ ok: false, code: 'engine-died' });
});

test('one that dies while it opens is not replaced', async () => {
  const { engine, told } = await supervise(dies);
  expect(await engine.opened()).toMatchObject({ ok: false, code: 'engine-died' });
  await vi.waitFor(() => expect(told).toEqual(['ended: exit code 7', 'lost: exit code 7']), { timeout: 60_000 });
});

const opensAtThirdTry = `
  globalThis.tries = (globalThis.tries ?? 0) + (name === 'open' ? 1 : 0);
  if (name === 'open' && globalThis.tries < 3) refuse('dataset-invalid', 'No data, try ' + globalThis.tries);
  else if (name === 'open') answer('open');
  else answer(null);`;

test('a failed opening is tried again only on the next request', async () => {
  const { engine } = await supervise(opensAtThirdTry);
  expect(await engine.opened()).toMatchObject({ ok: false, message: 'No data, try 1' });
  expect(await engine.opened()).toMatchObject({ ok: false, message: 'No data, try 2' });
  expect(await engine.opened()).toMatchObject({ ok: true, value: 'open' });
  expect(engine.opened()).toBe(engine.opened());
});

test('a replacement that cannot reopen everything is reported, and can be asked again', async () => {
  const { engine, told } = await supervise(`
    if (name === 'open' && argument.interrupted && !globalThis.tried) {
      globalThis.tried = true;
      refuse('dataset-invalid', 'The data are gone.');
    } else if (name === 'open') answer('open');
    else ${dies}`);
  await engine.opened();
  await engine.request('newSamples', undefined);
  await vi.waitFor(() => expect(told).toEqual(['ended: exit code 7', 'replaced']), { timeout: 60_000 });
  expect(await engine.opened()).toMatchObject({ ok: true, value: 'open' });
});
