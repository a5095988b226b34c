/**
 * Reads files written by `torch.save` in both formats (`torch/serialization.py`): a zip archive since PyTorch 1.6,
 * before that five consecutive pickles followed by the values.
 */
import { shortened } from '@contract/words';
import { Refusal } from '../../base/refusal';
import { type ZipEntry, readZip } from '../../base/zip';
import { type PickleContext, readPickle } from './pickle';
import { type ReadStorage, type Storage, torchContext } from './state-dict';

/** The largest accepted pickle in bytes; this network's has 1,500, those of large language models have 200,000. */
const MAX_PICKLE = 1_000_000;

export interface TorchFile {
  /** The saved object, with dicts as `Map`s and tensors as `StoredTensor`s. */
  value: unknown;
  readStorage: ReadStorage;
}

/** PyTorch's magic number, 0x1950a86a20f9469cfc6c, as a pickle. */
const OLDER_START = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
const OLDER_PROTOCOL = 1001;

export function isZip(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 2) === 'PK';
}

export function isOlderTorchFile(bytes: Buffer): boolean {
  return bytes.subarray(0, OLDER_START.length).equals(OLDER_START);
}

/**
 * Reads a file of PyTorch 1.6 or later.
 * @throws Refusal
 */
export async function readTorchZip(bytes: Buffer): Promise<TorchFile> {
  const entries = await readZip(bytes);
  const pickle = [...entries.keys()].find((path) => /^[^/]+\/data\.pkl$/.test(path));
  if (pickle === undefined) throw new Refusal(`it is a zip archive of something else (${firstNames(entries)})`);
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) {
    throw new Refusal('it is a TorchScript program. Save the weights with torch.save(network.state_dict(), …)');
  }
  const byteOrder = await entries.get(`${folder}byteorder`)?.read(20);
  requireLittleEndian(byteOrder === undefined || byteOrder.toString('latin1') === 'little');
  const content = await entries.get(pickle)!.read(MAX_PICKLE);
  return {
    value: readPickle(content, 0, torchContext).value,
    readStorage: async (storage) => {
      const size = storage.length * storage.bytesPerValue;
      const entry = entries.get(`${folder}data/${storage.key}`);
      if (entry?.size !== size) throw new Refusal('a tensor has more or fewer values than it states');
      return viewIn(await entry.read(size), storage);
    },
  };
}

/**
 * Reads a file of PyTorch before 1.6, or one saved with `_use_new_zipfile_serialization=False`.
 * @throws Refusal
 */
export function readOlderTorchFile(bytes: Buffer): TorchFile {
  const storages = new Map<string, Storage>();
  const context: PickleContext = {
    ...torchContext,
    loadPersistent(id) {
      const storage = torchContext.loadPersistent(id) as Storage;
      storages.set(storage.key, storage);
      return storage;
    },
  };
  let position = OLDER_START.length;
  const next = (): unknown => {
    const { value, end } = readPickle(bytes.subarray(0, position + MAX_PICKLE), position, context);
    position = end;
    return value;
  };
  if (next() !== OLDER_PROTOCOL) throw new Refusal('its format version is unknown');
  const system = next();
  requireLittleEndian(system instanceof Map && system.get('little_endian') === true);
  const value = next();
  const keys = next();
  if (!Array.isArray(keys)) throw new Refusal('its list of tensors is damaged');

  const contents = new Map<string, Buffer>();
  for (const key of keys as unknown[]) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage) throw new Refusal('its list of tensors is damaged');
    const begin = position + 8;
    const end = begin + storage.length * storage.bytesPerValue;
    if (end > bytes.length) throw new Refusal('it is incomplete: its last values are missing');
    if (bytes.readBigInt64LE(position) !== BigInt(storage.length)) {
      throw new Refusal('a tensor has more or fewer values than it states');
    }
    contents.set(storage.key, bytes.subarray(begin, end));
    position = end;
  }
  return {
    value,
    readStorage: (storage) => {
      const content = contents.get(storage.key);
      if (!content) throw new Refusal('the values of a tensor are missing');
      return Promise.resolve(viewIn(content, storage));
    },
  };
}

/** The part of a storage's bytes that belongs to the view. */
function viewIn(content: Buffer, { view, bytesPerValue }: Storage): Buffer {
  return view === null
    ? content
    : content.subarray(view.offset * bytesPerValue, (view.offset + view.length) * bytesPerValue);
}

function requireLittleEndian(isLittleEndian: boolean): void {
  if (!isLittleEndian) throw new Refusal('it was saved on a big-endian machine');
}

function firstNames(entries: Map<string, ZipEntry>): string {
  const names = [...entries.keys()].slice(0, 3).map((name) => shortened(name, 50));
  return names.length === 0 ? 'it is empty' : names.join(', ') + (entries.size > 3 ? ', …' : '');
}
