/**
 * Why a file cannot be used, as the second half of a sentence: "it is a web page". The caller that knows the file's path
 * prepends it and throws a `UserError`.
 */
export class Refusal extends Error {
  override name = 'Refusal';
}
