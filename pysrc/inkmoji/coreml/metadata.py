"""What a model says of itself: Core ML's metadata as free texts, and back.

Texts whose key begins with "inkmoji." say what the format cannot, so that a model comes back as it was.
"""

from __future__ import annotations

from collections.abc import Mapping

from inkmoji.coreml.schema import Proto

OWN = "inkmoji."
_FIELDS = {"author": "author", "license": "license", "shortDescription": "description", "versionString": "version"}


def read(metadata: Proto) -> dict[str, str]:
    """All texts that a person wrote."""
    given = {key: getattr(metadata, field) for field, key in _FIELDS.items()}
    free = {key: text for key, text in metadata.userDefined.items() if not key.startswith(OWN)}
    return free | {key: text for key, text in given.items() if text}


def own(metadata: Proto) -> dict[str, str]:
    """All texts that this library wrote for itself, by their key without "inkmoji."."""
    texts = metadata.userDefined.items()
    return {key.removeprefix(OWN): text for key, text in texts if key.startswith(OWN)}


def write(place: Proto, texts: Mapping[str, str], own: Mapping[str, str]) -> None:
    """Writes a person's texts and our own."""
    for field, key in _FIELDS.items():
        setattr(place, field, texts.get(key, ""))
    for key, text in texts.items():
        if key not in _FIELDS.values():
            place.userDefined[key] = text
    for key, text in own.items():
        place.userDefined[OWN + key] = text
