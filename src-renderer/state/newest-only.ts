/**
 * Makes of `work` a function that has it done at most once at a time. Called meanwhile, however often, it
 * has it done once more afterwards: what is newest is always dealt with last.
 */
export function newestOnly(work: () => Promise<void>): () => void {
  let working = false;
  let wanted = 0;
  let done = 0;
  const run = async () => {
    working = true;
    try {
      while (done !== wanted) {
        done = wanted;
        await work();
      }
    } finally {
      working = false;
    }
  };
  return () => {
    wanted++;
    if (!working) void run();
  };
}
