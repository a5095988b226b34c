/**
 * Why a file cannot be used, as the second half of a sentence: "it is a web page". Whoever knows the file's path puts it
 * in front and makes a `UserError` of both.
 */
export class Refusal extends Error {
  override name = 'Refusal';
}
