/**
 * Has something painted with the next frame: once, however often it changes until then, and not at all while the
 * window is minimised or hidden, since there are no frames then. The first frame afterwards paints what is newest.
 * @returns a function that takes it back, as effects and attachments want it
 */
export function withNextFrame(paint: () => void): () => void {
  const frame = requestAnimationFrame(paint);
  return () => cancelAnimationFrame(frame);
}
