"""Dumps of a browser's database: made once for every version of its schema (see tests/stored/README.md), and put back.

    python -m tests.browser.dump [--site PATH]

A dump is JSON. Typed arrays in it are objects `{"$array": [type, base64]}`.
"""

from __future__ import annotations

import argparse
import base64
import json
import tempfile
from pathlib import Path
from typing import Any

from inkmoji import dumps
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.learner import PAGE, STARTED
from tests.browser.starter import PACK
from tests.library import base, with_ready
from web.tools import DIST, chromium
from web.tools.serve import Server

STORED = Path(__file__).resolve().parents[1] / "stored"
BASE = "**/base.inkmoji"
NAME = "stored"

# What is taught, with all that the version of the code offers.
TEACH = """
async () => {
  await teach("circle");
  await teach("zigzag");
  await teach("circle", {}, 2);
  if (!ink.history) return;
  await ink.useStarter(true);
  await teach("cross");
  await ink.remove({ label: "zigzag" });
  await ink.setFace({ label: "cross", text: "✗", name: "a cross" });
  await ink.undo();
  await ink.undo();
  await ink.keep({ ink: [{ x: Float32Array.of(1, 2.5), y: Float32Array.of(3, 4) }], stickers: ["circle"], at: 7 });
}
"""
# What Inkmoji says of what it knows.
TELL = """
async () => {
  const labels = ["circle", "zigzag", "cross"];
  const answers = {};
  for (const label of labels) answers[label] = await guess(label);
  const told = { stickers: ink.stickers, answers, generation: ink.storage.generation };
  if (ink.history) {
    const examples = {};
    for (const { label } of ink.stickers) examples[label] = await ink.examples(label);
    const { undoable, redoable } = ink;
    Object.assign(told, { examples, undoable, redoable, history: await ink.history(), kept: await ink.kept() });
  }
  return told;
}
"""
# Typed arrays from and to JSON, a database as an object and back.
CODEC = """
() => {
  const plain = (value) => {
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
      return { $array: [value.constructor.name, btoa(text)] };
    }
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  };
  const rich = (value) => {
    if (value?.$array) {
      const [type, text] = value.$array;
      return new globalThis[type](Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
    }
    if (Array.isArray(value)) return value.map(rich);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rich(one)]));
  };
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const dump = async (scope) => {
    const database = await result(indexedDB.open(scope));
    const names = [...database.objectStoreNames];
    const transaction = database.transaction(names);
    const stores = {};
    for (const name of names) {
      const store = transaction.objectStore(name);
      const { keyPath, autoIncrement } = store;
      const [keys, values] = [await result(store.getAllKeys()), await result(store.getAll())];
      stores[name] = { keyPath, autoIncrement, rows: keys.map((key, at) => [key, plain(values[at])]) };
    }
    database.close();
    return { version: database.version, stores };
  };
  const fill = async (scope, { version, stores }) => {
    const request = indexedDB.open(scope, version);
    request.onupgradeneeded = () => {
      for (const [name, { keyPath, autoIncrement, rows }] of Object.entries(stores)) {
        const store = request.result.createObjectStore(name, { keyPath, autoIncrement });
        for (const [key, value] of rows) {
          if (keyPath === null) store.put(rich(value), key);
          else store.put(rich(value));
        }
      }
    };
    (await result(request)).close();
  };
  Object.assign(window, { plain, dump, fill });
}
"""


def serve_models(page: Page, model: bytes, pack: bytes) -> None:
    """Let a page find another base model and another starter pack."""
    page.route(BASE, lambda route: route.fulfill(body=model))
    page.route(PACK, lambda route: route.fulfill(body=pack))


def put_back(page: Page, dump: dict[str, Any], name: str) -> None:
    """Make the browser have that database, under a name, with nothing but its own calls."""
    page.evaluate(PAGE, name)
    page.evaluate(CODEC)
    page.evaluate("({ version, stores }) => fill(scope, { version, stores })", dump)


def serve_models_of(page: Page, dump: dict[str, Any]) -> None:
    """Let a page find the models that a dump was taught on."""
    serve_models(page, base64.b64decode(dump["base"]), base64.b64decode(dump["pack"]))


def small_models() -> tuple[bytes, bytes]:
    """A base model of a few kilobytes, and a starter pack for it."""
    model = base()
    return dumps(model), dumps(with_ready(model, star="⭐"))


def taught(context: BrowserContext, address: str) -> dict[str, Any]:
    """Teach an Inkmoji all that it can be taught, and return its database and what it says."""
    page, (model, pack) = context.new_page(), small_models()
    page.set_default_timeout(STARTED)
    serve_models(page, model, pack)
    page.goto(f"{address}inkmoji.js")  # shown as text: a page without interface
    page.evaluate(PAGE, NAME)
    page.evaluate(CODEC)
    page.evaluate("async () => { window.ink = await start(); }")
    page.evaluate(TEACH)
    told = page.evaluate(f"async () => plain(await ({TELL})())")
    found: dict[str, Any] = page.evaluate("async () => { ink.close(); return dump(scope); }")
    models = {"base": base64.b64encode(model).decode(), "pack": base64.b64encode(pack).decode()}
    return found | models | {"told": told}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.dump", description="Dump a database once.")
    parser.add_argument("--site", type=Path, default=DIST, help="a built site (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as profile, Server(options.site) as server, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium.provide(), args=[*ARGUMENTS, "--no-sandbox"]
        )
        dump = taught(context, server.url)
        context.close()
    file = STORED / f"database-version-{dump['version']}.json"
    if file.exists():
        parser.error(f"expected none yet, got {file}: what was stored is never made again")
    file.write_text(json.dumps(dump, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(file)


if __name__ == "__main__":
    main()
