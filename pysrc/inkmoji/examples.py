"""What a model was taught, as people know it: examples, and the faces of their labels."""

from __future__ import annotations

from dataclasses import dataclass

from inkmoji.errors import FeatureError
from inkmoji.features import Drawing, Label, Picture, Strokes, frozen, is_unicode

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_TEXT = 64
_MOST_IMAGE = 65536


@dataclass(frozen=True)
class Face:
    """What a label looks like. The label is a stable identifier; its face may change.

    Attributes:
        text: an emoji or short text, at most 64 characters; may be empty where there is an image.
        name: a name for people, may be empty.
        created: milliseconds since 1970, UTC.
        image: a PNG of at most 64 KiB, or nothing. Whether it can be decoded is for whoever shows it to ask,
            see ``png.check_face_image``.
    """

    text: str
    name: str = ""
    created: int = 0
    image: bytes = b""

    def __post_init__(self) -> None:
        for words in (self.text, self.name):
            if not isinstance(words, str) or not is_unicode(words):
                raise FeatureError("feature-type", f"expected a face's text and name as whole text, got {words!r}")
            if len(words) > _MOST_TEXT:
                raise FeatureError(
                    "feature-shape",
                    f"expected a face's text and name of at most {_MOST_TEXT} characters, got {len(words)}",
                )
        if not self.text and not self.image:
            raise FeatureError("feature-missing", "expected a face with a text or an image, got neither")
        if self.image and (len(self.image) > _MOST_IMAGE or not self.image.startswith(PNG_SIGNATURE)):
            raise FeatureError("feature-type", f"expected a face's image as a PNG of at most {_MOST_IMAGE} bytes")
        if type(self.created) is not int or not 0 <= self.created < 2**53:
            raise FeatureError(
                "feature-shape", f"expected created as whole milliseconds since 1970, got {self.created!r}"
            )


@dataclass(frozen=True, eq=False)
class Example:
    """What was taught once.

    Attributes:
        id: unique within its model.
        label: what it was taught as.
        drawing: in canonical form, its arrays read-only; None for an example that was given as an array: its entry
            is all there is of it.
    """

    id: str
    label: Label
    drawing: Drawing | None

    def __post_init__(self) -> None:
        if isinstance(self.drawing, Strokes):
            drawing: Drawing = Strokes(frozen(self.drawing.points), frozen(self.drawing.lengths))
        elif isinstance(self.drawing, Picture):
            drawing = Picture(frozen(self.drawing.pixels))
        else:
            return
        object.__setattr__(self, "drawing", drawing)
