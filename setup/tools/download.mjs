/** Downloads files from the official hosts, and checks every download, wherever it comes from. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SetupError, progressLine } from './messages.mjs';
import { renamePatiently } from './rename.mjs';

/**
 * Time limits. Short for a host that cannot be reached, since the registries are tried next, but long enough for a slow
 * network or proxy.
 */
const LIMITS = { answerSeconds: 20, stallSeconds: 30, minBytes: 50_000 };

/**
 * Downloads a file. It gets its name only when it is complete and its SHA-256 is as expected.
 * @param {string} url
 * @param {string} to  file to write
 * @param {string} sha256
 * @param {Partial<typeof LIMITS>} [limits]  the first answer must come within `answerSeconds`, and at least
 *   `minBytes` in every `stallSeconds` after it
 */
export async function download(url, to, sha256, limits = {}) {
  const { answerSeconds, stallSeconds, minBytes } = { ...LIMITS, ...limits };
  const host = new URL(url).host;
  const abort = new AbortController();
  const giveUp = (why) => abort.abort(new SetupError(`${host} ${why}`));
  const progress = progressLine(basename(new URL(url).pathname));
  const partial = `${to}.part`;
  let timer = setTimeout(() => giveUp(`did not answer within ${answerSeconds} s.`), answerSeconds * 1000);
  try {
    const response = await fetchThroughProxy(url, abort.signal);
    if (!response.ok || !response.body) throw new SetupError(`${host} answered ${response.status} for ${url}`);
    clearTimeout(timer);

    const total = Number(response.headers.get('content-length') ?? 0);
    let done = 0;
    let doneBefore = 0;
    timer = setInterval(() => {
      if (done - doneBefore < minBytes) giveUp(`stopped sending ${url}`);
      doneBefore = done;
    }, stallSeconds * 1000);
    const count = new Transform({
      transform(chunk, _encoding, next) {
        done += chunk.length;
        progress.update(megabytes(done, total));
        next(null, chunk);
      },
    });
    await pipeline(response.body, count, createWriteStream(partial), { signal: abort.signal });
    await checkSha256(partial, sha256, url);
    await renamePatiently(partial, to);
  } catch (error) {
    rmSync(partial, { force: true });
    if (abort.signal.aborted) throw abort.signal.reason;
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${url} could not be downloaded: ${error.cause?.message ?? error.message}`);
  } finally {
    clearTimeout(timer);
    progress.end();
  }
}

/**
 * Before Node 24, Node's own fetch ignores the environment's proxies.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function fetchThroughProxy(url, signal) {
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  if (!names.some((name) => process.env[name])) return fetch(url, { signal });
  // Imported here, since npm packages are not installed yet when set-up starts.
  const { EnvHttpProxyAgent, fetch: fetchWith } = await import('undici');
  return fetchWith(url, { signal, dispatcher: new EnvHttpProxyAgent() });
}

/** @param {number} done  bytes so far @param {number} total  bytes expected, 0 if the host does not say */
function megabytes(done, total) {
  const inMegabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  return total ? `${Math.floor((100 * done) / total)}% of ${inMegabytes(total)}` : inMegabytes(done);
}

/**
 * @param {string} file
 * @param {string} sha256  hexadecimal
 * @param {string} origin  where the file came from, for the message
 */
export async function checkSha256(file, sha256, origin) {
  const actual = await sha256Of(file);
  if (actual === sha256) return;
  throw new SetupError(
    `The file from ${origin} is not the expected one and was discarded ` +
      `(its SHA-256 is ${actual}, not ${sha256}). It may have been cut off or replaced on the way.`,
  );
}

/** @param {string} file @returns {Promise<string>} hexadecimal */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
