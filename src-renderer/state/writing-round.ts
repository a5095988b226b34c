const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/**
 * The digits to write in one round, in mixed order: whoever writes a digit several times in a row writes it more alike
 * than usual.
 * @param each how often each digit is written
 * @param random returns a number from 0 to below 1
 */
export function writingRound(each: number, random: () => number = Math.random): number[] {
  return Array.from({ length: each }, () => shuffled(DIGITS, random)).reduce((all, next) => {
    // The same digit twice in a row only where one part of the round meets the next.
    const isRepeated = next[0] === all.at(-1);
    return [...all, ...(isRepeated ? [...next.slice(1), next[0]!] : next)];
  }, []);
}

function shuffled(digits: readonly number[], random: () => number): number[] {
  const order = [...digits];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
