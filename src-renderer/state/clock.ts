import { createSubscriber } from 'svelte/reactivity';

/** In milliseconds. Ages are shown in minutes. */
const interval = 5000;

const follow = createSubscriber((update) => {
  const timer = setInterval(update, interval);
  return () => clearInterval(timer);
});

/** The time in milliseconds since 1970, as reactive state. */
export function now(): number {
  follow();
  return Date.now();
}
