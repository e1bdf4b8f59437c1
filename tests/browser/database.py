"""What lies in the browser's database, read past Inkmoji; without one nothing is made."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from inkmoji import CompiledModel, Model
from playwright.sync_api import Page

READ = """
async (name) => {
  const scope = `inkmoji:${new URL(".", location).pathname}:${encodeURIComponent(name)}`;
  if (!(await indexedDB.databases()).some((database) => database.name === scope)) return null;
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const sha256 = async (bytes) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const database = await result(indexedDB.open(scope));
  const transaction = database.transaction([...database.objectStoreNames], "readonly");
  const store = (which) => transaction.objectStore(which);
  const [records, numbers, archives, active, redo, kept] = await Promise.all([
    result(store("generations").getAll()),
    result(store("archives").getAllKeys()),
    result(store("archives").getAll()),
    result(store("pointers").get("active")),
    result(store("pointers").get("redo")),
    result(store("kept").get("page")),
  ]);
  database.close();
  const digests = await Promise.all(archives.map(async (archive, at) => [numbers[at], await sha256(archive)]));
  return { records, digests, active: active ?? 0, redo: redo ?? [], kept: kept ?? null };
}
"""
LIVE = """
async (name) => {
  const request = indexedDB.open(`inkmoji:${new URL(".", location).pathname}:${encodeURIComponent(name)}`);
  await new Promise((resolve) => { request.onsuccess = resolve; });
  const transaction = request.result.transaction(["archives", "pointers"]);
  const archive = await new Promise((resolve) => {
    transaction.objectStore("pointers").get("active").onsuccess = ({ target }) => {
      transaction.objectStore("archives").get(target.result).onsuccess = (event) => resolve(event.target.result);
    };
  });
  request.result.close();
  return archive.toBase64();
}
"""


@dataclass(frozen=True)
class Contents:
    """Generations by number, the SHA-256 of the archive that is there for each, and what is live."""

    records: dict[int, dict[str, Any]]
    digests: dict[int, str]
    active: int
    redo: list[int]
    kept: Any

    @property
    def sound(self) -> dict[int, str]:
        """The checksums of the generations that have been live and whose archive is the one that was saved."""
        live = {number: one["checksum"] for number, one in self.records.items() if one["state"] == "active"}
        return {number: checksum for number, checksum in live.items() if self.digests.get(number) == checksum}


def contents(page: Page, name: str) -> Contents:
    found = page.evaluate(READ, name)
    if found is None:
        return Contents({}, {}, 0, [], None)
    records = {record["number"]: record for record in found["records"]}
    return Contents(records, dict(found["digests"]), found["active"], found["redo"], found["kept"])


def live_model(page: Page, name: str = "inkmoji") -> Model:
    """The live model as it is stored."""
    return CompiledModel(base64.b64decode(page.evaluate(LIVE, name))).model()
