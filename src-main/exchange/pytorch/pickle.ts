/**
 * Reads the part of Python's pickle format, protocol 2, that `torch.save` uses for state dicts. Nothing is executed:
 * files with a name that has no `Global` here, or with an opcode that is not handled below, are refused. Time and
 * memory only depend on the length of the pickle.
 *
 * The opcodes are described in CPython's `Lib/pickletools.py`. `torch/_weights_only_unpickler.py` supports the same.
 */
import { Refusal } from '../../base/refusal';

/** The meaning of a Python name. */
export class Global {
  /** @param call creates the object from its arguments; absent for a name that is never called */
  constructor(
    readonly name: string,
    readonly call?: (...args: unknown[]) => unknown,
  ) {}
}

export interface PickleContext {
  /** @param name e.g. "collections.OrderedDict" @throws Refusal for a name that is not allowed */
  findGlobal(name: string): Global;
  /** @returns the object stored outside the pickle: a tensor's storage @throws Refusal */
  loadPersistent(id: unknown): unknown;
}

/**
 * Dicts become `Map`s, lists and tuples become arrays, and integers too large for a number become `bigint`s.
 * @param start where the pickle begins in `bytes`
 * @returns the pickled value and the position after the pickle
 * @throws Refusal if the pickle is damaged or uses anything that state dicts do not need
 */
export function readPickle(bytes: Buffer, start: number, context: PickleContext): { value: unknown; end: number } {
  return new PickleMachine(bytes, start, context).run();
}

class PickleMachine {
  #stack: unknown[] = [];
  /** The stacks below each open MARK. */
  readonly #marked: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: Buffer,
    private position: number,
    private readonly context: PickleContext,
  ) {}

  run(): { value: unknown; end: number } {
    for (;;) {
      const opcode = String.fromCharCode(this.#byte());
      if (opcode === '.') return { value: this.#pop(), end: this.position };
      this.#execute(opcode);
    }
  }

  #execute(opcode: string): void {
    switch (opcode) {
      case '\x80': // PROTO
        this.#requireProtocol(this.#byte());
        break;
      case '(': // MARK
        this.#marked.push(this.#stack);
        this.#stack = [];
        break;
      case 'N': // NONE
        this.#push(null);
        break;
      case '\x88': // NEWTRUE
        this.#push(true);
        break;
      case '\x89': // NEWFALSE
        this.#push(false);
        break;
      case 'K': // BININT1
        this.#push(this.#byte());
        break;
      case 'M': // BININT2
        this.#push(this.#take(2).readUInt16LE());
        break;
      case 'J': // BININT
        this.#push(this.#take(4).readInt32LE());
        break;
      case '\x8a': // LONG1
        this.#push(longOf(this.#take(this.#byte())));
        break;
      case 'G': // BINFLOAT
        this.#push(this.#take(8).readDoubleBE());
        break;
      case 'X': // BINUNICODE
        this.#push(this.#take(this.#take(4).readUInt32LE()).toString('utf8'));
        break;
      case 'U': // SHORT_BINSTRING, from Python 2
        this.#push(this.#take(this.#byte()).toString('latin1'));
        break;
      case 'T': // BINSTRING, from Python 2
        this.#push(this.#take(this.#take(4).readUInt32LE()).toString('latin1'));
        break;
      case ')': // EMPTY_TUPLE
      case ']': // EMPTY_LIST
        this.#push([]);
        break;
      case '}': // EMPTY_DICT
        this.#push(new Map());
        break;
      case '\x85': // TUPLE1
        this.#push(this.#popMany(1));
        break;
      case '\x86': // TUPLE2
        this.#push(this.#popMany(2));
        break;
      case '\x87': // TUPLE3
        this.#push(this.#popMany(3));
        break;
      case 't': // TUPLE
        this.#push(this.#popToMark());
        break;
      case 'a': // APPEND
        this.#append([this.#pop()]);
        break;
      case 'e': // APPENDS
        this.#append(this.#popToMark());
        break;
      case 's': // SETITEM
        this.#setItems(this.#popMany(2));
        break;
      case 'u': // SETITEMS
        this.#setItems(this.#popToMark());
        break;
      case 'q': // BINPUT
        this.#memo.set(this.#byte(), this.#top());
        break;
      case 'r': // LONG_BINPUT
        this.#memo.set(this.#take(4).readUInt32LE(), this.#top());
        break;
      case 'h': // BINGET
        this.#push(this.#recall(this.#byte()));
        break;
      case 'j': // LONG_BINGET
        this.#push(this.#recall(this.#take(4).readUInt32LE()));
        break;
      case 'c': // GLOBAL
        this.#push(this.context.findGlobal(`${this.#line()}.${this.#line()}`));
        break;
      case 'R': // REDUCE
        this.#reduce();
        break;
      case 'Q': // BINPERSID
        this.#push(this.context.loadPersistent(this.#pop()));
        break;
      case 'b': // BUILD
        // The attributes of an OrderedDict: PyTorch's `_metadata`, which is not needed here.
        this.#pop();
        if (!(this.#top() instanceof Map)) throw damaged();
        break;
      default:
        throw new Refusal(
          `it contains pickle opcode 0x${opcode.charCodeAt(0).toString(16)}, which weights do not need`,
        );
    }
  }

  #requireProtocol(protocol: number): void {
    if (protocol !== 2)
      throw new Refusal(
        `it uses pickle protocol ${protocol} instead of 2. Save it with torch.save, without pickle_protocol`,
      );
  }

  #reduce(): void {
    const args = this.#pop();
    const callee = this.#pop();
    if (!(callee instanceof Global) || !callee.call || !Array.isArray(args)) throw damaged();
    this.#push(callee.call(...(args as unknown[]).slice(0, 10)));
  }

  #append(items: unknown[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw damaged();
    for (const item of items) list.push(item);
  }

  #setItems(items: unknown[]): void {
    const map = this.#top();
    if (!(map instanceof Map) || items.length % 2 !== 0) throw damaged();
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  #push(value: unknown): void {
    this.#stack.push(value);
  }

  #top(): unknown {
    if (this.#stack.length === 0) throw damaged();
    return this.#stack.at(-1);
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw damaged();
    return this.#stack.pop();
  }

  #popMany(count: number): unknown[] {
    if (this.#stack.length < count) throw damaged();
    return this.#stack.splice(-count);
  }

  #popToMark(): unknown[] {
    const items = this.#stack;
    const below = this.#marked.pop();
    if (!below) throw damaged();
    this.#stack = below;
    return items;
  }

  #recall(index: number): unknown {
    if (!this.#memo.has(index)) throw damaged();
    return this.#memo.get(index);
  }

  #byte(): number {
    return this.#take(1)[0]!;
  }

  #take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.bytes.length) throw new Refusal('it is incomplete: its pickle is cut off');
    const taken = this.bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }

  /** The text up to a line feed, at most 200 bytes. */
  #line(): string {
    const length = this.bytes.subarray(this.position, this.position + 201).indexOf('\n');
    if (length < 0) throw damaged();
    return this.#take(length + 1).toString('utf8', 0, length);
  }
}

/** Little-endian two's complement. */
function longOf(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0;
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const value = BigInt.asIntN(8 * bytes.length, unsigned);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function damaged(): Refusal {
  return new Refusal('its pickle is damaged');
}
