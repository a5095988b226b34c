/** Finds this network's weights among the tensors of a file, or describes the other network that they belong to. */
import {
  type ParameterName,
  type Weights,
  mapParameters,
  parameterNames,
  parameterShapes,
} from '../network/parameters';
import { Refusal } from '../base/refusal';
import { type FileTensor, isFloatType } from './tensor';

/** Tensors by their names in the file. */
export type FileTensors = ReadonlyMap<string, FileTensor>;

/**
 * Reads the network's eight parameters. Prefixes that all names share, such as `module.` (DataParallel), `_orig_mod.`
 * (torch.compile) and `model.` (Lightning), are removed.
 *
 * @returns finite float32 numbers in PyTorch's memory order
 * @throws Refusal if the tensors are not exactly those of this network
 */
export async function readNetworkWeights(file: FileTensors): Promise<Weights> {
  const tensors = withoutSharedPrefixes(file);
  requireThisNetwork(tensors);
  const weights: Partial<Weights> = {};
  for (const name of parameterNames) weights[name] = await readParameter(name, tensors.get(name)!);
  return weights as Weights;
}

/** @returns finite numbers @throws Refusal if the tensor is not that parameter, or has values that are not finite */
export async function readParameter(name: ParameterName, tensor: FileTensor): Promise<Float32Array> {
  requireShape(name, tensor);
  if (!isFloatType(tensor.type)) {
    throw new Refusal(`${name} has type ${short(tensor.type)} instead of F32, F64, F16 or BF16`);
  }
  const values = await tensor.read();
  // A number of a wider type may overflow float32.
  if (!values.every(Number.isFinite)) throw new Refusal(`${name} contains a value that is not a finite number`);
  return values;
}

function withoutSharedPrefixes(tensors: FileTensors): FileTensors {
  const [first] = tensors.keys();
  const prefix = first?.slice(0, first.indexOf('.') + 1) ?? '';
  // With fewer tensors a shared prefix may be the name of the only layer.
  if (prefix === '' || tensors.size < 3) return tensors;
  if (![...tensors.keys()].every((name) => name.startsWith(prefix))) return tensors;
  return withoutSharedPrefixes(new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])));
}

function requireThisNetwork(tensors: FileTensors): void {
  if (tensors.size === 0) throw new Refusal('it contains no tensors');
  const different = parameterNames.filter((name) => !hasShape(name, tensors.get(name)));
  const unknown = [...tensors.keys()].find((name) => !(parameterNames as string[]).includes(name));
  if (different.length === 0 && unknown === undefined) return;
  // A single wrong tensor is named; several mean another network.
  if (different.length + (unknown === undefined ? 0 : 1) > 1) {
    const description = differenceFromThisNetwork([...tensors.values()].map(({ shape }) => shape));
    if (description !== null) throw new Refusal(description);
  }
  for (const name of parameterNames) {
    const tensor = tensors.get(name);
    if (tensor) requireShape(name, tensor);
    else throw new Refusal(`${name} is missing${unknown === undefined ? '' : `; it has "${short(unknown)}" instead`}`);
  }
  throw new Refusal(`it contains an unknown tensor "${short(unknown!)}"`);
}

function requireShape(name: ParameterName, tensor: FileTensor): void {
  if (hasShape(name, tensor)) return;
  const { shape } = tensor;
  const expected = parameterShapes[name];
  throw new Refusal(`${name} has shape [${shape.slice(0, 8).join(', ')}] instead of [${expected.join(', ')}]`);
}

function hasShape(name: ParameterName, tensor: FileTensor | undefined): boolean {
  const expected: readonly number[] = parameterShapes[name];
  return tensor?.shape.length === expected.length && expected.every((size, axis) => size === tensor.shape[axis]);
}

/** The sizes by which a person recognises a network. */
interface Layers {
  /** Output channels of the convolutions. */
  channels: number[];
  /** Outputs of the linear layers. */
  units: number[];
}

/** @returns null if channels and units are this network's */
function differenceFromThisNetwork(shapes: (readonly number[])[]): string | null {
  const theirs = layersOf(shapes);
  const ours = layersOf(Object.values(mapParameters((name) => parameterShapes[name])));
  if (!sameList(theirs.channels, ours.channels)) {
    const channels = theirs.channels.length === 0 ? 'without convolutions' : `with ${list(theirs.channels)} channels`;
    return `it contains a network ${channels}, but the article's has ${list(ours.channels)} channels`;
  }
  if (!sameList(theirs.units, ours.units)) {
    const units =
      theirs.units.length === 0 ? 'without linear layers' : `with linear layers of ${list(theirs.units)} units`;
    return `it contains a network ${units}, but the article's has linear layers of ${list(ours.units)} units`;
  }
  return null;
}

function layersOf(shapes: (readonly number[])[]): Layers {
  const outputs = (dimensions: number) => shapes.flatMap((shape) => (shape.length === dimensions ? shape[0]! : []));
  return { channels: outputs(4), units: outputs(2) };
}

function sameList(a: number[], b: number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** "10 and 20"; at most the first five. */
function list(numbers: number[]): string {
  if (numbers.length > 5) return `${numbers.slice(0, 5).join(', ')}, …`;
  return [numbers.slice(0, -1).join(', '), numbers.at(-1)].filter((part) => part !== '').join(' and ');
}

function short(text: string): string {
  return text.slice(0, 100);
}
