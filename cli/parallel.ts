/** Does work for many things at a time. */

/** The results in the order of the items, of which no more than `limit` are worked on at a time. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  // Not `require`: it is an ES module, of which Node 20 warns.
  const { default: PQueue } = await import("p-queue");
  return new PQueue({ concurrency: limit }).addAll(items.map((item) => () => work(item)));
}
