/**
 * Paints in the next frame: once, however often the state changes until then. A hidden window has no frames; the first
 * frame after it is shown paints the newest state.
 * @returns a function that cancels it, for effects and attachments
 */
export function withNextFrame(paint: () => void): () => void {
  const frame = requestAnimationFrame(paint);
  return () => cancelAnimationFrame(frame);
}
