/** Finds the weights, the optimizer's momentum, or both in a file written by `torch.save`. */
import { type Weights, parameterNames, parameterShapes, sizeOf } from '../../network/parameters';
import { type FileTensors, readParameter } from '../network-weights';
import { Refusal } from '../../base/refusal';
import { type ReadStorage, StoredTensor, fileTensor } from './state-dict';
import type { TorchFile } from './torch-file';

/** The state of `torch.optim.SGD`. */
export interface Momentum {
  /** In PyTorch's memory order; zeros for buffers that the file does not contain yet. */
  buffers: Weights;
  learningRate: number;
  momentum: number;
}

export interface TorchContent {
  /** The network's tensors; null if there are none. */
  tensors: FileTensors | null;
  /** Reads the optimizer's state; null if there is none. @throws Refusal */
  readMomentum: (() => Promise<Momentum>) | null;
}

type Dict = ReadonlyMap<unknown, unknown>;

/**
 * Finds the state dicts in a file: a single one, as the article saves them, or several in a dict, as in
 * `{"epoch": 3, "model_state_dict": …, "optimizer_state_dict": …}`.
 * @throws Refusal if there is none, or if there are several networks
 */
export function torchContent({ value, readStorage }: TorchFile): TorchContent {
  if (!(value instanceof Map)) throw noStateDict();
  const dicts = [value, ...value.values()].filter((candidate): candidate is Dict => candidate instanceof Map);
  const optimizer = dicts.find(isOptimizer);
  const withTensors = dicts.map(tensorsOf).filter((tensors) => tensors.size > 0);
  const withLayers = withTensors.filter(hasLayers);
  // Losses and the like are often saved as tensors beside the network.
  const networks = withLayers.length > 0 ? withLayers : withTensors;
  if (networks.length > 1) {
    throw new Refusal(`it contains ${networks.length} networks, and only one can be opened. ${SAVE_ONE}`);
  }
  const [network] = networks;
  if (!network && !optimizer) throw noStateDict();
  return {
    tensors: network ? new Map([...network].map(([name, tensor]) => [name, fileTensor(tensor, readStorage)])) : null,
    readMomentum: optimizer ? () => readMomentum(optimizer, readStorage) : null,
  };
}

const SAVE_ONE = 'Save one with torch.save(network.state_dict(), …)';
const noStateDict = () => new Refusal(`it contains no state dict. ${SAVE_ONE}`);

/** Whether the names are those of a network's parameters. */
const hasLayers = (tensors: Map<string, StoredTensor>) =>
  [...tensors.keys()].some((name) => /(^|\.)weight$/.test(name));

function tensorsOf(dict: Dict): Map<string, StoredTensor> {
  return new Map(
    [...dict].filter((entry): entry is [string, StoredTensor] => {
      const [name, value] = entry;
      return typeof name === 'string' && value instanceof StoredTensor;
    }),
  );
}

function isOptimizer(dict: Dict): boolean {
  return dict.get('state') instanceof Map && Array.isArray(dict.get('param_groups'));
}

/** @param optimizer see `torch.optim.Optimizer.state_dict` */
async function readMomentum(optimizer: Dict, readStorage: ReadStorage): Promise<Momentum> {
  const state = optimizer.get('state') as Dict;
  const groups = (optimizer.get('param_groups') as unknown[]).filter((group): group is Dict => group instanceof Map);
  // Numbers from 0, or addresses in files before PyTorch 1.6; always in the order of `network.parameters()`.
  const ids = groups.flatMap((group) => (group.get('params') as unknown[] | undefined) ?? []);
  if (ids.length !== parameterNames.length) {
    throw new Refusal(
      `its optimizer state is for ${ids.length} parameter tensors, but this network has ${parameterNames.length}`,
    );
  }
  const buffers: Partial<Weights> = {};
  for (const [i, name] of parameterNames.entries()) {
    buffers[name] = await readBuffer(name, state.get(ids[i]), readStorage);
  }
  const [group] = groups;
  return {
    buffers: buffers as Weights,
    learningRate: numberOf(group?.get('lr')),
    momentum: numberOf(group?.get('momentum')),
  };
}

async function readBuffer(name: keyof Weights, state: unknown, readStorage: ReadStorage): Promise<Float32Array> {
  const buffer = state instanceof Map ? (state as Dict).get('momentum_buffer') : undefined;
  if (buffer instanceof StoredTensor) return readParameter(name, fileTensor(buffer, readStorage));
  if (state instanceof Map && ![...state.keys()].every((key) => key === 'momentum_buffer')) {
    throw new Refusal('it contains the state of another optimizer; only SGD with momentum can be continued');
  }
  // The state was saved before the first step, or trained without momentum.
  return new Float32Array(sizeOf(parameterShapes[name]));
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new Refusal('it is not the state of SGD with momentum');
  return value;
}
