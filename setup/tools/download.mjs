/** Downloads from the official hosts, and the check that every download passes, wherever it came from. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SetupError, progressLine } from './messages.mjs';

/**
 * Time limits. A host that cannot be reached is given up soon, since the registries come next, but a slow network or
 * proxy is waited for.
 */
const LIMITS = { answerSeconds: 20, stallSeconds: 30, minBytes: 50_000 };

/**
 * Downloads a file; it appears under its name only when it is complete and its SHA-256 is the expected one.
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
    renameSync(partial, to);
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
 * Node's own fetch ignores the environment's proxies before Node 24.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function fetchThroughProxy(url, signal) {
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  if (!names.some((name) => process.env[name])) return fetch(url, { signal });
  // Only here, since the npm packages are not there when set-up begins.
  const { EnvHttpProxyAgent, fetch: fetchWith } = await import('undici');
  return fetchWith(url, { signal, dispatcher: new EnvHttpProxyAgent() });
}

/** @param {number} done  bytes so far @param {number} total  bytes expected, 0 when the host does not say */
function megabytes(done, total) {
  const inMegabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  return total ? `${Math.floor((100 * done) / total)} % of ${inMegabytes(total)}` : inMegabytes(done);
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
    `What came from ${origin} is not the file that was expected and was thrown away ` +
      `(its SHA-256 is ${actual}, not ${sha256}). Something on the way may have cut it short or replaced it.`,
  );
}

/** @param {string} file @returns {Promise<string>} hexadecimal */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
