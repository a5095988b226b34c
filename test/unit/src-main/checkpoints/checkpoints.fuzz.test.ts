/**
 * Damages checkpoints in many ways, with random cases from one seed:
 *
 *     CASES=100000 SEED=2 npx vitest run checkpoints.fuzz
 *
 * Each must load as it was saved, or be refused with a message that names it.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../../../src-main/checkpoints/checkpoint';
import { decodeSafetensors, encodeSafetensors } from '../../../../src-main/checkpoints/safetensors';
import { decodeState } from '../../../../src-main/checkpoints/state-file';
import { CheckpointStore } from '../../../../src-main/checkpoints/store';
import { UserError } from '../../../../src-main/base/errors';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { temporaryFolder } from '../../temporary-folder';
import { stateAt } from './checkpoint-content';
import { Draws } from '../draws';

const CASES = Number(process.env.CASES ?? 1000);
const SEED = Number(process.env.SEED ?? 1);

const weights = initialWeights(1);
const momentumBuffers = initialWeights(2);
const files = ['model.safetensors', 'optimizer.safetensors', 'state.json'] as const;
const draws = new Draws(SEED);

/** Peak memory, in kilobytes, before the first case. */
let peakBefore: number;
beforeAll(() => {
  peakBefore = process.resourceUsage().maxRSS;
});

/** Runs cases. A failure is reported with the case's number, so that it can be repeated. */
async function each(cases: number, check: () => Promise<void> | void): Promise<void> {
  for (let i = 0; i < cases; i++) {
    try {
      await check();
    } catch (error) {
      throw new Error(`case ${i} of seed ${SEED} failed`, { cause: error });
    }
  }
}

describe('a damaged file', () => {
  /** Ways to damage a file of the newest checkpoint. */
  const damages: Record<string, (file: string, bytes: Buffer, path: string) => void> = {
    truncated: (file, bytes) => truncateSync(file, draws.below(bytes.length)),
    'a flipped bit': (file, bytes) => {
      const flipped = Buffer.from(bytes);
      flipped[draws.below(bytes.length)]! ^= 1 << draws.below(8);
      writeFileSync(file, flipped);
    },
    'another byte': (file, bytes) => {
      const changed = Buffer.from(bytes);
      changed[draws.below(bytes.length)] = draws.below(256);
      writeFileSync(file, changed);
    },
    'a block of zeros': (file, bytes) => {
      const begin = draws.below(bytes.length);
      writeFileSync(file, Buffer.from(bytes).fill(0, begin, Math.min(bytes.length, begin + draws.below(4096))));
    },
    'bytes appended': (file, bytes) =>
      writeFileSync(file, Buffer.concat([bytes, Buffer.alloc(1 + draws.below(99), ' ')])),
    'bytes missing': (file, bytes) => {
      const begin = draws.below(bytes.length);
      writeFileSync(file, Buffer.concat([bytes.subarray(0, begin), bytes.subarray(begin + 1 + draws.below(64))]));
    },
    emptied: (file) => writeFileSync(file, ''),
    removed: (file) => rmSync(file),
    'a terabyte of nothing': (file) => truncateSync(file, 1e12),
    'a folder': (file) => {
      rmSync(file);
      mkdirSync(file);
    },
    'a link to a copy': (file, bytes) => {
      rmSync(file);
      writeFileSync(`${file}-copy`, bytes);
      symlinkSync(`${file}-copy`, file);
    },
    'a link to itself': (file) => {
      rmSync(file);
      symlinkSync(file, file);
    },
    "another run's": (file, _, path) => cpSync(join(path, '../../other', file.slice(path.length)), file),
    "the other weights'": (file, _, path) => {
      const other = file.endsWith('model.safetensors') ? 'optimizer.safetensors' : 'model.safetensors';
      writeFileSync(file, readFileSync(join(path, other)));
    },
  };
  /** Ways to damage the checkpoint's folder. */
  const replacements: Record<string, (path: string) => void> = {
    'an empty folder': (path) => mkdirSync(path),
    'a file': (path) => writeFileSync(path, 'mine'),
    "a link to another run's": (path) => symlinkSync(join(path, '../../other'), path),
    "another run's": (path) => cpSync(join(path, '../../other'), path, { recursive: true }),
    'an older one': (path) => cpSync(join(path, '../step-00000005'), path, { recursive: true }),
  };

  test('is named, and the newest intact checkpoint is used, unless its checkpoint is intact', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'run-1/step-00000007');
    mkdirSync(join(folder, 'run-1'));
    await writeCheckpoint(join(folder, 'run-1/step-00000005'), stateAt(5), momentumBuffers, weights);
    await writeCheckpoint(path, stateAt(7), weights, momentumBuffers);
    const other = { ...stateAt(7), run: 'other', runId: '11111111-1111-4111-8111-111111111111' };
    await writeCheckpoint(join(folder, 'other'), other, initialWeights(3), momentumBuffers);
    cpSync(path, join(folder, 'intact'), { recursive: true });
    const saved = await readCheckpoint(path);
    const older = await readCheckpoint(join(folder, 'run-1/step-00000005'));

    await each(CASES / 2, async () => {
      let what: string;
      if (draws.below(20) === 0) {
        what = draws.of(Object.keys(replacements));
        rmSync(path, { recursive: true });
        replacements[what]!(path);
      } else {
        what = draws.of(Object.keys(damages));
        const file = join(path, draws.of(files));
        damages[what]!(file, readFileSync(file), path);
        what = `${file}: ${what}`;
      }

      const store = new CheckpointStore(folder);
      const { checkpoint, name, passedOver } = await store.readNewest('run-1');
      // The history has its own file and tests.
      const { state, weights, momentumBuffers } = checkpoint;
      const isReadAs = (expected: typeof saved) => isDeepStrictEqual({ state, weights, momentumBuffers }, expected);
      if (name === 'step-00000007') expect(isReadAs(saved), what).toBe(true);
      else {
        expect([name, isReadAs(older)], what).toEqual(['step-00000005', true]);
        expect(passedOver, what).toEqual([expect.stringMatching(/step-00000007.* is /)]);
      }
      // Listing works whatever there is.
      expect(
        (await store.runs()).map(({ run }) => run),
        what,
      ).toContain('run-1');
      rmSync(path, { recursive: true });
      cpSync(join(folder, 'intact'), path, { recursive: true });
    });
  });
});

/** Texts in place of a JSON value. */
const hostile = [
  'null',
  'true',
  '-1',
  '-0',
  '0.5',
  '1e308',
  '1e999',
  '9007199254740993',
  '18446744073709551616',
  '""',
  '"\\u0000"',
  '"__proto__"',
  '[]',
  '{}',
  '[[1]]',
  '[null]',
  '[-1]',
  '[1e999]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  `"${'x'.repeat(100_000)}"`,
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  `[${'1,'.repeat(100_000)}1]`,
  'NaN',
  'undefined',
  '',
  "'single'",
  '[1,]',
];

/** The JSON text of an object with one hostile value or key, or one missing, somewhere in it. */
function mutated(value: object): string {
  const copy = structuredClone(value) as Record<string, unknown>;
  let node = copy;
  let key = draws.of(Object.keys(node));
  for (let next = node[key]; typeof next === 'object' && next !== null && draws.below(3) > 0; next = node[key]) {
    const keys = Object.keys(next);
    if (keys.length === 0) break;
    node = next as Record<string, unknown>;
    key = draws.of(keys);
  }
  const text = draws.of(hostile);
  switch (draws.below(5)) {
    case 0:
      node[key] = '@@';
      return JSON.stringify(copy).replace('"@@"', () => text);
    case 1:
      if (Array.isArray(node)) node.splice(Number(key), 1);
      else Reflect.deleteProperty(node, key);
      return JSON.stringify(copy);
    case 2: {
      const name = draws.of(['extra', '__proto__', 'constructor', 'toString', '', '\u0000', 'shape', 'version']);
      Object.defineProperty(node, name, { value: '@@', enumerable: true, configurable: true });
      return JSON.stringify(copy).replace('"@@"', () => text);
    }
    case 3: {
      // The same key twice: the last one counts.
      const entry = `${JSON.stringify(key)}:`;
      return JSON.stringify(copy).replace(entry, () => `${entry}${text},${entry}`);
    }
    default: {
      const there = node[key];
      node[key] = typeof there === 'number' ? there + draws.of([-1, 1, 0.5, 1e15, -1e15]) : [there];
      return JSON.stringify(copy);
    }
  }
}

/** @returns null if it was properly refused */
function decoded<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(/^the file .{10,600}\.$/);
    return null;
  }
}

test('a false header is refused, or exactly what it says is loaded', async () => {
  const bytes = Buffer.from(encodeSafetensors(weights));
  const headerLength = bytes.readUInt32LE(0);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<string, object>;
  await each(CASES / 4, () => {
    const text = Buffer.from(draws.below(50) === 0 ? draws.of(hostile) : mutated(header));
    const length = Buffer.alloc(8);
    const lies = draws.below(4) === 0;
    const huge = [0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
    length.writeBigUInt64LE(lies ? draws.of(huge) : BigInt(text.length));
    const data = Buffer.from(bytes.subarray(8 + headerLength));
    const broken = draws.below(4) === 0;
    const notFinite = draws.of([Number.NaN, Infinity, -Infinity]);
    if (broken) data.writeFloatLE(notFinite, 4 * draws.below(data.length / 4));
    const what = `${text.toString('utf8', 0, 2000)}, length ${length.toString('hex')}`;

    const loaded = decoded(() => decodeSafetensors(Buffer.concat([length, text, data]), 'the file'));
    if (loaded === null) return;
    expect([lies, broken], what).toEqual([false, false]);
    const said = JSON.parse(text.toString()) as Record<string, { data_offsets: [number, number] }>;
    for (const [name, values] of Object.entries(loaded)) {
      const [begin, end] = said[name]!.data_offsets;
      expect(Buffer.compare(Buffer.from(values.buffer), data.subarray(begin, end)), `${what}: ${name}`).toBe(0);
    }
  });
});

/** Files without an augmentation setting are older than it; it counts as off. */
function saidBy(body: string): unknown {
  const state = JSON.parse(body) as { config: object };
  return { ...state, config: { augmentation: false, ...state.config } };
}

test('an invalid state with a valid checksum is refused, or exactly what it says is loaded', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'step-00000012');
  await writeCheckpoint(path, stateAt(12, [10, 90]), weights, momentumBuffers);
  const { sha256, ...state } = JSON.parse(readFileSync(join(path, 'state.json'), 'utf8')) as Record<string, unknown>;
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  await each(CASES / 4, () => {
    const body = draws.below(50) === 0 ? draws.of(hostile) : mutated(state);
    const seal = createHash('sha256').update(body).digest('hex');
    const what = body.slice(0, 2000);
    const loaded = decoded(() => decodeState(Buffer.from(`${body.slice(0, -1)},"sha256":"${seal}"}`), 'the file'));
    if (loaded !== null) expect(loaded, what).toEqual(saidBy(body));
    expect(({} as { polluted?: boolean }).polluted, what).toBeUndefined();
  });
});

test('all of this took limited memory', () => {
  expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(300_000);
});
