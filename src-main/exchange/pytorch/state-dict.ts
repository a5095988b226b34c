/**
 * The objects in a file written by `torch.save`: dicts of tensors. Only the names in the table below are allowed; a
 * pickle with any other name is refused before an object is created.
 */
import { Refusal } from '../../base/refusal';
import { type FileTensor, type Layout, isFloatType, readValues } from '../tensor';
import { Global, type PickleContext } from './pickle';

/** The values of one or more tensors, as a sequence of bytes in the file. */
export interface Storage {
  type: string;
  bytesPerValue: number;
  /** Its key in the file. */
  key: string;
  /** The number of values. */
  length: number;
  /** In older files, the part of another storage that this one is a view of, counted in values. */
  view: { offset: number; length: number } | null;
}

/** Reads a storage's bytes from the file, little-endian. */
export type ReadStorage = (storage: Storage) => Promise<Buffer>;

/** A tensor in a pickle, before its storage is read. */
export class StoredTensor {
  constructor(
    readonly storage: Storage,
    readonly layout: Layout,
  ) {}
}

/** The storages' types, by safetensors name, and bytes per value. */
const storageTypes: Partial<Record<string, [type: string, bytesPerValue: number]>> = {
  'torch.DoubleStorage': ['F64', 8],
  'torch.FloatStorage': ['F32', 4],
  'torch.HalfStorage': ['F16', 2],
  'torch.BFloat16Storage': ['BF16', 2],
  'torch.LongStorage': ['I64', 8],
  'torch.IntStorage': ['I32', 4],
  'torch.ShortStorage': ['I16', 2],
  'torch.CharStorage': ['I8', 1],
  'torch.ByteStorage': ['U8', 1],
  'torch.BoolStorage': ['BOOL', 1],
};

const globals = new Map(
  [
    ...Object.keys(storageTypes).map((name) => new Global(name)),
    new Global('collections.OrderedDict', (items = []) => mapOf(items)),
    new Global('torch._utils._rebuild_tensor', storedTensor),
    // Followed by requires_grad and hooks.
    new Global('torch._utils._rebuild_tensor_v2', storedTensor),
    new Global('torch._utils._rebuild_parameter', (tensor) => tensor),
    new Global('torch.Size', (sizes) => sizes),
  ].map((global) => [global.name, global]),
);

export const torchContext: PickleContext = {
  findGlobal(name) {
    const global = globals.get(name);
    if (global) return global;
    if (!/^[\w.]{1,100}$/.test(name)) throw damaged();
    throw new Refusal(
      `it refers to ${name}, which weights do not need. Nothing in it was executed. ` +
        'Only state dicts can be opened; save one with torch.save(network.state_dict(), …)',
    );
  },

  loadPersistent(id) {
    if (!Array.isArray(id) || id[0] !== 'storage') throw damaged();
    const [, type, key, location, length, view] = id as unknown[];
    const known = type instanceof Global ? storageTypes[type.name] : undefined;
    if (!known || typeof key !== 'string' || typeof location !== 'string') throw damaged();
    const [name, bytesPerValue] = known;
    return { type: name, bytesPerValue, key, length: countOf(length), view: viewOf(view) } satisfies Storage;
  },
};

/** @param items a list of pairs, as in Python 2 */
function mapOf(items: unknown): Map<unknown, unknown> {
  if (!Array.isArray(items) || !items.every((item) => Array.isArray(item) && item.length === 2)) throw damaged();
  return new Map(items as [unknown, unknown][]);
}

function storedTensor(storage: unknown, offset: unknown, shape: unknown, strides: unknown): StoredTensor {
  if (!isStorage(storage)) throw damaged();
  const layout = { offset: countOf(offset), shape: countsOf(shape), strides: countsOf(strides) };
  if (layout.shape.length !== layout.strides.length) throw damaged();
  return new StoredTensor(storage, layout);
}

function isStorage(value: unknown): value is Storage {
  return typeof value === 'object' && value !== null && 'key' in value && 'view' in value;
}

function viewOf(view: unknown): Storage['view'] {
  if (view === null || view === undefined) return null;
  if (!Array.isArray(view)) throw damaged();
  return { offset: countOf(view[1]), length: countOf(view[2]) };
}

function countsOf(values: unknown): number[] {
  // PyTorch's own limit for most operations.
  if (!Array.isArray(values) || values.length > 64) throw damaged();
  return values.map(countOf);
}

function countOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw damaged();
  return value;
}

/** @param read reads from the tensor's file */
export function fileTensor({ storage, layout }: StoredTensor, read: ReadStorage): FileTensor {
  const { type } = storage;
  return {
    type,
    shape: layout.shape,
    read: async () => {
      if (!isFloatType(type)) throw new Refusal(`its values have type ${type}`);
      return readValues(await read(storage), type, layout);
    },
  };
}

function damaged(): Refusal {
  return new Refusal('its pickle is damaged');
}
