/**
 * Returns a function that runs `work`, never concurrently. Any number of calls while it runs make it run once more
 * afterwards, so the newest state is always handled last.
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
