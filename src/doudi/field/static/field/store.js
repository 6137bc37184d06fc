// IndexedDB with promises, no more than is needed here.

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Open a database with the stores named; each row is an object with an `id`. */
export const open = (name, stores) => {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => stores.forEach((store) => request.result.createObjectStore(store, { keyPath: "id" }));
  return done(request);
};

const transaction = (db, stores, mode, act) => new Promise((resolve, reject) => {
  const tx = db.transaction(stores, mode, { durability: "strict" });
  let result;
  tx.oncomplete = () => resolve(result);
  tx.onabort = () => reject(tx.error ?? new Error("aborted"));
  Promise.resolve(act(tx)).then((value) => { result = value; }).catch(() => tx.abort());
});

export const all = (db, store) => transaction(db, [store], "readonly", (tx) => done(tx.objectStore(store).getAll()));
export const get = (db, store, id) => transaction(db, [store], "readonly", (tx) => done(tx.objectStore(store).get(id)));
/** Several writes that happen together or not at all: [[store, row], …], [[store, id], …]. */
export const write = (db, puts, removes = []) =>
  transaction(db, [...new Set([...puts, ...removes].map(([store]) => store))], "readwrite", (tx) => {
    puts.forEach(([store, row]) => tx.objectStore(store).put(row));
    removes.forEach(([store, id]) => tx.objectStore(store).delete(id));
  });
export const drop = (name) => done(indexedDB.deleteDatabase(name));
