/** Compares the nodes of a graph with the signatures that a version of TensorFlow states for their operations. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface AttributeValue {
  getType(): number;
  hasType(): boolean;
  hasI(): boolean;
  hasB(): boolean;
  hasS(): boolean;
  hasShape(): boolean;
  hasTensor(): boolean;
  hasList(): boolean;
  getI(): number;
  getS_asU8(): Uint8Array;
}

interface Node {
  getName(): string;
  getOp(): string;
  getInputList(): string[];
  getAttrMap(): { forEach(visit: (value: AttributeValue, name: string) => void): void };
}

interface Proto {
  SavedModel: {
    deserializeBinary(bytes: Uint8Array): { getMetaGraphsList(): { getGraphDef(): { getNodeList(): Node[] } }[] };
  };
}

interface Attribute {
  kind: string;
  optional: boolean;
  /** undefined if every value is allowed */
  allowed: string[] | undefined;
}

/** A name, and the type of its values: that of an attribute, or fixed. `count` names an attribute. */
interface Argument {
  type: string;
  count: string | undefined;
}

interface Signature {
  inputs: Argument[];
  outputs: Argument[];
  attributes: Map<string, Attribute>;
}

export type Signatures = Map<string, Signature>;

const fixtures = join(import.meta.dirname, '../../../fixtures/tensorflow-ops');
const proto = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as Proto;

/**
 * The operations that our graphs have. Those of 2.21 are as its library lists them (`list-ops.mjs`); those of 2.9 are
 * from TensorFlow's history of operations, `tensorflow/core/ops/compat/ops_history_v2`.
 */
export function signaturesOf(version: '2.9' | '2.21'): Signatures {
  const lines = readFileSync(join(fixtures, `${version}.txt`), 'utf8')
    .trim()
    .split('\n');
  return new Map(
    lines.map((line) => {
      const [, op, inputs, outputs, attributes] = /^(\w+)\((.*?)\)->\((.*?)\) (.*)$/.exec(line)!;
      const named = attributes!.split(' ').map((text): [string, Attribute] => {
        const [, name, kind, optional, allowed] = /^(\w+):([\w()]+)(\??)(?:\{(.*)\})?$/.exec(text)!;
        return [name!, { kind: kind!, optional: optional !== '', allowed: allowed?.split(',') }];
      });
      return [op!, { inputs: parse(inputs!), outputs: parse(outputs!), attributes: new Map(named) }];
    }),
  );
}

function parse(list: string): Argument[] {
  if (list === '') return [];
  return list.split(',').map((text) => {
    const [, count, type] = /^\w+:(?:(\w+)\*)?(\w+)$/.exec(text)!;
    return { type: type!, count };
  });
}

export function nodesOf(savedModel: Uint8Array): Node[] {
  return proto.SavedModel.deserializeBinary(savedModel).getMetaGraphsList()[0]!.getGraphDef().getNodeList();
}

const types: Record<number, string> = { 1: 'float32', 3: 'int32', 4: 'uint8' };

/** @returns what does not fit the signatures, in words */
export function faultsOf(savedModel: Uint8Array, signatures: Signatures): string[] {
  const faults: string[] = [];
  /** The types of each node's outputs. */
  const known = new Map<string, string[]>();
  for (const node of nodesOf(savedModel)) {
    const report = (fault: string) => faults.push(`${node.getOp()}: ${fault}`);
    const signature = signatures.get(node.getOp());
    if (!signature) {
      report('no such operation');
      continue;
    }
    const attributes = attributesOf(node);
    const types = (args: Argument[]) =>
      args.flatMap(({ type, count }) => {
        const values = count === undefined ? 1 : Number(attributes.get(count)?.value);
        return Array.from({ length: values }, () => (signature.attributes.has(type) ? typeOf(type) : type));
      });
    /** Types that are not given are all integers by default. */
    const typeOf = (attribute: string) => attributes.get(attribute)?.value ?? 'int32';
    for (const [name, { kind, value }] of attributes) {
      const expected = signature.attributes.get(name);
      if (!expected) report(`no attribute ${name}`);
      else if (expected.kind !== kind) report(`${name} is ${kind}, not ${expected.kind}`);
      else if (expected.allowed && !expected.allowed.includes(value)) report(`${name} must not be ${value}`);
    }
    for (const [name, { optional }] of signature.attributes) {
      if (!optional && !attributes.has(name)) report(`no ${name}`);
    }
    const inputs = node.getInputList().filter((input) => !input.startsWith('^'));
    const given = inputs.map((input) => known.get(input.split(':')[0]!)?.[Number(input.split(':')[1] ?? 0)]);
    const wanted = types(signature.inputs);
    if (given.join() !== wanted.join()) report(`inputs (${given.join()}) instead of (${wanted.join()})`);
    for (const input of node.getInputList()) {
      if (input.startsWith('^') && !known.has(input.slice(1))) report(`waits for ${input.slice(1)}, which comes later`);
    }
    known.set(node.getName(), types(signature.outputs));
  }
  return faults;
}

function attributesOf(node: Node): Map<string, { kind: string; value: string }> {
  const found = new Map<string, { kind: string; value: string }>();
  node.getAttrMap().forEach((attribute, name) => found.set(name, valueOf(attribute)));
  return found;
}

function valueOf(attribute: AttributeValue): { kind: string; value: string } {
  if (attribute.hasType()) return { kind: 'type', value: types[attribute.getType()]! };
  if (attribute.hasI()) return { kind: 'int', value: String(attribute.getI()) };
  if (attribute.hasS()) return { kind: 'string', value: Buffer.from(attribute.getS_asU8()).toString() };
  if (attribute.hasB()) return { kind: 'bool', value: '' };
  if (attribute.hasShape()) return { kind: 'shape', value: '' };
  if (attribute.hasTensor()) return { kind: 'tensor', value: '' };
  return { kind: 'list(int)', value: '' };
}
