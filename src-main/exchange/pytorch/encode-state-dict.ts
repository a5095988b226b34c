/**
 * Writes the same as `torch.save(network.state_dict(), file)` since PyTorch 1.6: a zip archive with a pickle that
 * describes the tensors, and a file of values for each (`torch/serialization.py`; the opcodes are in CPython's
 * `Lib/pickletools.py`). `torch.load` reads it with `weights_only=True`.
 */
import { encodeZip } from '../../base/zip-writer';
import { type Weights, parameterNames, parameterShapes, sizeOf } from '../../network/parameters';
import { contiguousStrides } from '../tensor';

/** The archive's only folder. PyTorch accepts any name. */
const FOLDER = 'archive';
/** The version of the archive format, since PyTorch 1.6. */
const VERSION = '3\n';
/** In bytes; PyTorch maps the values into memory, where they must be aligned. */
const ALIGNMENT = 64;

/** @param weights float32 values in PyTorch's memory order */
export function encodeTorchStateDict(weights: Weights): Buffer {
  const files = new Map<string, Uint8Array>([
    [`${FOLDER}/data.pkl`, pickle()],
    [`${FOLDER}/byteorder`, Buffer.from('little')],
    [`${FOLDER}/version`, Buffer.from(VERSION)],
  ]);
  parameterNames.forEach((name, key) => files.set(`${FOLDER}/data/${key}`, littleEndian(weights[name])));
  return encodeZip(files, ALIGNMENT);
}

/** An `OrderedDict` of the tensors, each with the name of its file of values. */
function pickle(): Buffer {
  const items = parameterNames.flatMap((name, key) => [text(name), tensor(String(key), parameterShapes[name])]);
  const PROTOCOL_2 = Buffer.from([0x80, 2]);
  return Buffer.concat([PROTOCOL_2, emptyOrderedDict(), op('('), ...items, op('u'), op('.')]);
}

/** `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)` */
function tensor(key: string, shape: readonly number[]): Buffer {
  const storage = tuple([
    text('storage'),
    name('torch', 'FloatStorage'),
    text(key),
    text('cpu'),
    integer(sizeOf(shape)),
  ]);
  const NEWFALSE = Buffer.from([0x89]);
  return Buffer.concat([
    name('torch._utils', '_rebuild_tensor_v2'),
    tuple([
      Buffer.concat([storage, op('Q')]),
      integer(0),
      tuple(shape.map(integer)),
      tuple(contiguousStrides(shape).map(integer)),
      NEWFALSE,
      emptyOrderedDict(),
    ]),
    op('R'),
  ]);
}

const op = (opcode: string) => Buffer.from(opcode, 'latin1');
const name = (module: string, attribute: string) => op(`c${module}\n${attribute}\n`);
const tuple = (items: Buffer[]) => Buffer.concat([op('('), ...items, op('t')]);
const emptyOrderedDict = () => Buffer.concat([name('collections', 'OrderedDict'), op(')R')]);

function text(value: string): Buffer {
  const header = Buffer.alloc(5, 'X');
  header.writeUInt32LE(value.length, 1);
  return Buffer.concat([header, op(value)]);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5, 'J');
  bytes.writeInt32LE(value, 1);
  return bytes;
}

function littleEndian(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return bytes;
}
