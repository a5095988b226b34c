/**
 * Paints in the next frame: once, however often the state changes until then. A hidden window has no frames; the first
 * frame after it is shown paints the newest state.
 * @returns a function that cancels it, for effects and attachments
 */
export function withNextFrame(paint: () => void): () => void {
  const frame = requestAnimationFrame(paint);
  return () => cancelAnimationFrame(frame);
}

/**
 * For what may change in every frame, which with `withNextFrame` would cancel its own painting.
 * @returns a function that makes the next frame paint: once, however often it is called until then
 */
export function oncePerFrame(paint: () => void): () => void {
  let isWaiting = false;
  const frame = () => {
    isWaiting = false;
    paint();
  };
  return () => {
    if (!isWaiting) requestAnimationFrame(frame);
    isWaiting = true;
  };
}
