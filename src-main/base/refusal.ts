/**
 * Why a file cannot be used, as the second half of a sentence: "it is a web page". Callers that know the file's path
 * prepend it and throw a `UserError`.
 */
export class Refusal extends Error {
  override name = 'Refusal';
}
