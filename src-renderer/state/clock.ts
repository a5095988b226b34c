import { createSubscriber } from 'svelte/reactivity';

/** Milliseconds between two looks at the clock; ages are told in minutes and more. */
const interval = 5000;

const follow = createSubscriber((update) => {
  const timer = setInterval(update, interval);
  return () => clearInterval(timer);
});

/** The time, in milliseconds since 1970. Whoever reads it in the window is told as it goes on. */
export function now(): number {
  follow();
  return Date.now();
}
