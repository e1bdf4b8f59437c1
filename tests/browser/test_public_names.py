"""What `inkmoji.js` offers at run time: the names that are frozen, and nothing beside them."""

from __future__ import annotations

from playwright.sync_api import Page

from tests import surface

NAMES = """
async () => {
  const module = await import("./inkmoji.js");
  const ink = new module.Inkmoji({ name: "names" });
  ink.ready.catch(() => {});
  const names = [module, module.Inkmoji, module.Inkmoji.prototype, ink, new module.InkmojiError("a-code", "words")]
    .map(Reflect.ownKeys);
  ink.close();
  return names.map((keys) => keys.map(String));
}
"""


def test_the_names_are_those_that_are_frozen_and_nothing_private_is_beside_them(tab: Page) -> None:
    module, inkmoji, prototype, instance, error = tab.evaluate(NAMES)
    assert set(module) == surface.EXPORTS | {"Symbol(Symbol.toStringTag)"}
    assert set(inkmoji) == surface.OF_THE_CLASS | {"length", "name", "prototype"}
    assert set(prototype) == surface.OF_AN_INSTANCE | {"constructor"}
    assert instance == []
    assert set(error) == {"code", "message", "name", "stack"}


def test_what_is_read_cannot_be_assigned(tab: Page) -> None:
    for name in ("ready", "stickers", "storage", "undoable", "redoable"):
        outcome = tab.evaluate(
            """async (name) => {
              const { Inkmoji } = await import("./inkmoji.js");
              const { set, get } = Object.getOwnPropertyDescriptor(Inkmoji.prototype, name);
              return [typeof get, typeof set];
            }""",
            name,
        )
        assert outcome == ["function", "undefined"]


def test_calls_that_are_given_nonsense_reject_and_do_not_throw(tab: Page) -> None:
    outcomes = tab.evaluate(
        """async () => {
          const { Inkmoji } = await import("./inkmoji.js");
          const ink = new Inkmoji({ name: "nonsense" });
          ink.ready.catch(() => {});
          const calls = { predict: [null], review: [null], update: [null], setFace: [null], importModel: [null],
                          inspect: [null], exportModel: [null], keep: [() => {}] };
          const outcomes = {};
          for (const [name, given] of Object.entries(calls)) {
            outcomes[name] = await ink[name](...given).then(() => "done", ({ code }) => code ?? "no code");
          }
          ink.close();
          return outcomes;
        }"""
    )
    assert outcomes.pop("keep") == "worker-failed", "what cannot be cloned cannot be sent"
    assert set(outcomes.values()) == {"no code"}, "a TypeError of the caller's own"


def test_nobody_listens_to_what_there_is_not(tab: Page) -> None:
    words = tab.evaluate(
        """async () => {
          const { Inkmoji } = await import("./inkmoji.js");
          const ink = new Inkmoji({ name: "listening" });
          ink.ready.catch(() => {});
          const words = ["changed", "toString"].map((type) => {
            try { ink.on(type, () => {}); } catch (error) { return `${error}`; }
          });
          ink.close();
          return words;
        }"""
    )
    assert words == [
        f"TypeError: Expected one of change, forgotten, reset, notice to listen to, got {type_}."
        for type_ in ("changed", "toString")
    ]
