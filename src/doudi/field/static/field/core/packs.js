// The tasks on the phone against the tasks there are.

/** What the server needs to know to tell only what is new. */
export const have = (packs) => Object.fromEntries(packs.map((pack) => [pack.number, pack.tag]));

/** The tasks after a pull. */
export const apply = (packs, delta) => {
  const by = new Map(packs.map((pack) => [pack.number, pack]));
  for (const number of delta.gone) by.delete(number);
  for (const pack of delta.packs) by.set(pack.number, pack);
  return [...by.values()];
};
