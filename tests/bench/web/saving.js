/* In a classic worker: one value in IndexedDB, as durable as Inkmoji's own saves. */
"use strict";

let opening;

const opened = () => {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(`bench:${self.location.pathname}${self.location.search}`);
    request.onupgradeneeded = () => request.result.createObjectStore("taught");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
};

self.save = async (value) => {
  const database = await opened();
  const transaction = database.transaction("taught", "readwrite", { durability: "strict" });
  transaction.objectStore("taught").put(value, "all");
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
};
