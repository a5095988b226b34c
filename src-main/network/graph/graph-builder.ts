/** Builds a TensorFlow graph and encodes it. For operations and their attributes see tensorflow.org/api_docs/cc. */
import { createRequire } from 'node:module';
import type { default as Proto } from '@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js';

const require = createRequire(import.meta.url);

/** A tensor in the graph: the name of the node that outputs it, followed by `:n` for an output n other than 0. */
export type Value = string;

const types = { float32: 1, int32: 3, uint8: 4 } as const;
export type Type = keyof typeof types;

/** A type, a shape (null: any size), a list of numbers, a string, a boolean or an integer. */
type Attribute = { type: Type } | { shape: (number | null)[] } | { list: number[] } | string | boolean | number;

type Attributes = Record<string, Attribute>;

/** The tag under which the saved model is stored. */
export const TAG = 'serve';
/** The graph version of TensorFlow 2.9; operations behave as they did there. */
const GRAPH_VERSION = 1087;

export class GraphBuilder {
  // Required here, not imported: only the native library's package contains it.
  readonly #proto = require('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as typeof Proto;
  readonly #graph = new this.#proto.GraphDef();
  #nodes = 0;

  /** An input of the graph. @param shape null stands for any size */
  placeholder(name: string, type: Type, shape: (number | null)[]): Value {
    return this.#add(name, 'Placeholder', [], { dtype: { type }, shape: { shape } });
  }

  /** @param shape [] for a scalar */
  constant(values: number[], type: 'float32' | 'int32', shape: number[] = [values.length]): Value {
    const proto = this.#proto;
    const tensor = new proto.Tensor();
    const content = type === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    tensor.setDtype(types[type]);
    tensor.setTensorShape(this.#shape(shape));
    tensor.setTensorContent(new Uint8Array(content.buffer));
    const value = new proto.AttrValue();
    value.setTensor(tensor);
    return this.#add(this.#newName('Const'), 'Const', [], { dtype: { type } }, { value });
  }

  scalar(value: number, type: 'float32' | 'int32' = 'float32'): Value {
    return this.constant([value], type, []);
  }

  /**
   * Adds a node for any operation.
   * @param attributes those without defaults; `T`, the input type of most operations, is float32 by default
   */
  op(op: string, inputs: Value[], attributes: Attributes = {}, name = this.#newName(op)): Value {
    return this.#add(name, op, inputs, { T: { type: 'float32' }, ...attributes });
  }

  /** Converts numbers to another type. */
  cast(x: Value, from: Type, to: Type): Value {
    return this.#add(this.#newName('Cast'), 'Cast', [x], { SrcT: { type: from }, DstT: { type: to } });
  }

  /** The bytes of `saved_model.pb`. */
  encode(): Uint8Array {
    const proto = this.#proto;
    const versions = new proto.VersionDef();
    versions.setProducer(GRAPH_VERSION);
    this.#graph.setVersions(versions);
    const info = new proto.MetaGraphDef.MetaInfoDef();
    info.addTags(TAG);
    const metaGraph = new proto.MetaGraphDef();
    metaGraph.setMetaInfoDef(info);
    metaGraph.setGraphDef(this.#graph);
    const savedModel = new proto.SavedModel();
    savedModel.setSavedModelSchemaVersion(1);
    savedModel.addMetaGraphs(metaGraph);
    return savedModel.serializeBinary();
  }

  #newName(op: string): string {
    return `${op}_${this.#nodes}`;
  }

  #add(
    name: string,
    op: string,
    inputs: Value[],
    attributes: Attributes,
    more: Record<string, Proto.AttrValue> = {},
  ): Value {
    const node = new this.#proto.NodeDef();
    node.setName(name);
    node.setOp(op);
    for (const input of inputs) node.addInput(input);
    for (const [key, attribute] of Object.entries(attributes)) node.getAttrMap().set(key, this.#attribute(attribute));
    for (const [key, value] of Object.entries(more)) node.getAttrMap().set(key, value);
    this.#graph.addNode(node);
    this.#nodes++;
    return name;
  }

  #attribute(attribute: Attribute): Proto.AttrValue {
    const proto = this.#proto;
    const value = new proto.AttrValue();
    if (typeof attribute === 'string') value.setS(Buffer.from(attribute));
    else if (typeof attribute === 'boolean') value.setB(attribute);
    else if (typeof attribute === 'number') value.setI(attribute);
    else if ('type' in attribute) value.setType(types[attribute.type]);
    else if ('shape' in attribute) value.setShape(this.#shape(attribute.shape));
    else {
      const list = new proto.AttrValue.ListValue();
      list.setIList(attribute.list);
      value.setList(list);
    }
    return value;
  }

  #shape(sizes: (number | null)[]): Proto.TensorShape {
    const proto = this.#proto;
    const shape = new proto.TensorShape();
    for (const size of sizes) {
      const dimension = new proto.TensorShape.Dim();
      dimension.setSize(size ?? -1);
      shape.addDim(dimension);
    }
    return shape;
  }
}
