/** Types for the parts of tfjs-node's TensorFlow protocol buffers used here; the package has none. */
declare module '@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js' {
  namespace proto {
    class Message {
      serializeBinary(): Uint8Array;
    }
    class TensorShape extends Message {
      addDim(dimension: TensorShape.Dim): void;
    }
    namespace TensorShape {
      class Dim extends Message {
        setSize(size: number): void;
      }
    }
    class Tensor extends Message {
      setDtype(type: number): void;
      setTensorShape(shape: TensorShape): void;
      setTensorContent(bytes: Uint8Array): void;
    }
    class AttrValue extends Message {
      setType(type: number): void;
      setI(value: number): void;
      setB(value: boolean): void;
      setS(value: Uint8Array): void;
      setShape(shape: TensorShape): void;
      setTensor(tensor: Tensor): void;
      setList(list: AttrValue.ListValue): void;
    }
    namespace AttrValue {
      class ListValue extends Message {
        setIList(values: number[]): void;
      }
    }
    class NodeDef extends Message {
      setName(name: string): void;
      setOp(op: string): void;
      addInput(name: string): void;
      getAttrMap(): { set(name: string, value: AttrValue): void };
    }
    class VersionDef extends Message {
      setProducer(version: number): void;
    }
    class GraphDef extends Message {
      addNode(node: NodeDef): void;
      setVersions(versions: VersionDef): void;
    }
    class MetaGraphDef extends Message {
      setMetaInfoDef(info: MetaGraphDef.MetaInfoDef): void;
      setGraphDef(graph: GraphDef): void;
    }
    namespace MetaGraphDef {
      class MetaInfoDef extends Message {
        addTags(tag: string): void;
      }
    }
    class SavedModel extends Message {
      setSavedModelSchemaVersion(version: number): void;
      addMetaGraphs(graph: MetaGraphDef): void;
    }
  }
  export default proto;
}
