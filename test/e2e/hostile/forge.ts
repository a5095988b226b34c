/** Forged requests of a hijacked window. The function runs in the page, so it must not use anything outside itself. */

export interface Forged {
  name: string;
  /** How the arguments were forged. */
  way: string;
  /** The arguments, as far as they can be shown. */
  shown: string;
  /** The reply, unless it was a plain refusal with `invalid-argument`. */
  reply: unknown;
}

export interface Order {
  seed: number;
  count: number;
  /** Request names, and the JSON text of a valid argument. */
  requests: [name: string, text: string | undefined][];
}

/** @returns how many were sent in which way, and everything that was not plainly refused */
export async function forge({
  seed,
  count,
  requests,
}: Order): Promise<{ sent: Record<string, number>; others: Forged[] }> {
  const { raw } = globalThis as unknown as { raw: { invoke(channel: string, ...words: unknown[]): Promise<unknown> } };

  // Mulberry32.
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(random() * n);
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!;

  const pollution = '{"polluted":true,"toString":"polluted","ok":true}';
  const paths = [
    ...['..', '../..', '../../../../etc/passwd', '/etc/passwd', './run-1', 'run-1/..', 'run-1/../../elsewhere', '~/x'],
    ...[
      '\\\\server\\share',
      '//server/share',
      'C:\\Windows',
      'run-1\\..\\..',
      'file:///etc/passwd',
      'run-1\0',
      '.',
      '',
    ],
    ...[
      'app://digit-studio/index.html',
      '%2e%2e%2f',
      '.lock',
      '.tmp-step-00000001-deadbeef',
      '\u202etxt.1-nur',
      '\ud800',
    ],
  ];
  const odd = (): unknown =>
    oneOf<() => unknown>([
      ...[null, true, false, 0, -1, 1e308, -1e308, 0.5, 2 ** 53, '', ' ', '1', [], [[]], {}].map(
        (value) => () => value,
      ),
      () => oneOf(paths),
      () => 'x'.repeat(10 ** below(5)),
      () => Array.from({ length: 10 ** below(4) }, () => null),
      () => ({ length: 1e9, then: 1, toJSON: 1, valueOf: null }),
    ])();

  /** Every position in a value, including the value itself, wrapped in an object. */
  const placesIn = (root: object): [holder: Record<string, unknown>, key: string][] =>
    Object.keys(root).flatMap((key) => {
      const holder = root as Record<string, unknown>;
      const value = holder[key];
      return [
        [holder, key] as [Record<string, unknown>, string],
        ...(value && typeof value === 'object' ? placesIn(value) : []),
      ];
    });
  const changed = (
    text: string | undefined,
    change: (holder: Record<string, unknown>, key: string) => void,
  ): unknown => {
    const root = { value: text === undefined ? {} : (JSON.parse(text) as unknown) };
    change(...oneOf(placesIn(root)));
    // No text at all would be valid for requests without an argument.
    return root.value ?? null;
  };
  /** Works on the text, so that a key can be `__proto__`. */
  const withKeys = (text: string | undefined): string => {
    const keys = oneOf([
      `"__proto__":${pollution}`,
      `"constructor":{"prototype":${pollution}}`,
      `"prototype":${pollution},"hasOwnProperty":1`,
      '"folder":"/etc"',
      `"${'k'.repeat(10 ** below(4))}":1`,
    ]);
    const places = [...(text ?? '').matchAll(/\{/g)].map(({ index }) => index + 1);
    if (places.length === 0) return `{${keys}}`;
    const at = oneOf(places);
    return `${text!.slice(0, at)}${keys},${text!.slice(at)}`;
  };
  const cyclic = (): unknown => {
    const ring = { strokes: [] };
    Object.assign(ring, { self: oneOf([ring, [ring], new Map([['ring', ring]]), new Set([ring])]) });
    return ring;
  };

  const ways: Record<string, (text: string | undefined) => unknown[]> = {
    missing: (text) => (text === undefined ? ['null'] : []),
    'left out': (text) => [JSON.stringify(changed(text, (holder, key) => Reflect.deleteProperty(holder, key)))],
    'one too many': (text) => [text, oneOf([undefined, null, text, 'more', {}])],
    'an extra key': (text) => [withKeys(text)],
    'another type': (text) => [JSON.stringify(changed(text, (holder, key) => (holder[key] = odd())))],
    'a path': (text) => [JSON.stringify(changed(text, (holder, key) => (holder[key] = oneOf(paths))))],
    'a value, not text': (text) => [text === undefined ? {} : ((JSON.parse(text) as unknown) ?? {})],
    'a polluted value': (text) => [JSON.parse(withKeys(text)) as unknown],
    cyclic: () => [cyclic()],
    'not JSON': (text) => [
      oneOf([
        ...[
          '',
          ' ',
          'undefined',
          'NaN',
          "{'a':1}",
          '{"a":1',
          '[1,]',
          '\0',
          '\ud800',
          '1e999',
          '-',
          'null null',
          '\ufeffnull',
        ],
        (text ?? '{}').slice(0, -1) || '{',
        `${text ?? ''},`,
      ]),
    ],
    deep: () => {
      const depth = 10 ** (1 + below(5));
      return [oneOf(['['.repeat(depth), '['.repeat(depth) + ']'.repeat(depth), '{"strokes":'.repeat(depth)])];
    },
    'deep value': () => {
      let nest: unknown = [];
      for (let depth = below(1000); depth > 0; depth--) nest = oneOf([[nest], { nest }]);
      return [nest];
    },
    long: (text) => {
      const length = 10 ** (4 + below(3));
      return [
        oneOf([
          `${text ?? '0'}${' '.repeat(length)}1`,
          'x'.repeat(length),
          `"${'='.repeat(length)}A"`,
          `[${'0,'.repeat(length)}0]`,
        ]),
      ];
    },
    'many wrong': () => {
      const n = 10 ** (1 + below(5));
      return [`{"strokes":[{"width":20,"points":[${'["",""],'.repeat(n)}[0]]}]}`];
    },
    'not of JSON': () => [
      oneOf<() => unknown>([
        ...[NaN, Infinity, -0, 10n ** 50n, /(a+)+$/, new Date(NaN), new Error('x'), new Map(), new Set([1])].map(
          (v) => () => v,
        ),
        ...[true, null, 7, new ArrayBuffer(8), new Float64Array(1e5), new DataView(new ArrayBuffer(1))].map(
          (v) => () => v,
        ),
        () => new ImageData(8, 8),
        () => Object.assign([], { length: 1e6 }),
        () => Object.assign(Object.create(null) as object, { polluted: true }),
        () => new Blob(['x']),
        () => new String('"text"'),
      ])(),
    ],
  };

  const sent: Record<string, number> = {};
  const others: Forged[] = [];
  const sendOne = async (i: number) => {
    const [name, text] = requests[i % requests.length]!;
    const way = oneOf(Object.keys(ways));
    const words = ways[way]!(text);
    sent[way] = (sent[way] ?? 0) + 1;
    const reply = await raw.invoke(`request:${name}`, ...words).catch((error: unknown) => `Rejected: ${String(error)}`);
    const { ok, code, message } = Object(reply) as Record<string, unknown>;
    const plain = ok === false && code === 'invalid-argument' && typeof message === 'string' && message.length > 5;
    if (!plain || message.length > 400 || Object.keys(reply as object).length !== 3) {
      const [first] = words;
      others.push({
        name,
        way,
        shown: typeof first === 'string' && words.length === 1 ? first : `${words.length} words`,
        reply,
      });
    }
  };
  // Few at once, so that each is examined instead of refused as one too many.
  for (let i = 0; i < count; i += 16) {
    await Promise.all(Array.from({ length: Math.min(16, count - i) }, (_, j) => sendOne(i + j)));
  }
  return { sent, others };
}
