"""What the command line says of models and of what they predict."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from inkmoji.description import FeatureDescription
from inkmoji.entries import Entries
from inkmoji.features import Label
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.neural import NetworkClassifier, NetworkRegressor
from inkmoji.plda import ProbabilisticLDA
from inkmoji.prediction import Prediction

NONE = "–"
"""In the place of a label: the drawing is not recognised."""
_KINDS: dict[type, str] = {
    NearestNeighbors: "k nearest neighbours",
    ProbabilisticLDA: "probabilistic discriminant analysis",
    NetworkClassifier: "network classifier",
    NetworkRegressor: "network regressor",
}
# What would end the line, move the cursor or turn the direction of the text: a file's texts may be anybody's.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """A text for one line of a terminal: with escapes for what would steer it."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def facts(model: Model) -> dict[str, str]:
    """What a model is, by name; with the texts of its metadata."""
    description = model.description
    learns = " and ".join(feature.name for feature in description.training_inputs)
    return {
        "kind": _KINDS[type(model.head)] + (" behind a frozen network" if model.network else ""),
        "input": _described(model.input),
        "output": _described(description.outputs[0]),
        "updatable": f"yes, from {learns}" if learns else "no",
        **{name: text for name, text in description.metadata.items() if text},
        "labels": str(len(model.labels)),
    }


def labels(model: Model) -> Iterator[str]:
    """A line for each label: its look, its examples, and what else there is of it."""
    counts = Counter(example.label for example in model.examples)
    for label in model.labels:
        shown, face, told = look(model, label), model.faces.get(label), []
        if isinstance(model.head, Entries):
            told.append(f"{counts[label]} example{'s' * (counts[label] != 1)}")
            if not counts[label]:
                told.append(f"{len(model.head.entries_of(label))} ready-made entries")
        if shown != str(label):
            told.append(f"label {label}")
        if face and face.name not in ("", shown, str(label)):
            told.append(f"named {face.name}")
        if face and face.image:
            told.append("a picture")
        yield ", ".join([shown, *told])


def look(model: Model, label: Label) -> str:
    """What a person sees of a label; of a picture the name."""
    face = model.faces.get(label)
    return (face.text or face.name if face else "") or str(label)


def as_line(model: Model, path: str, prediction: Prediction) -> str:
    """A prediction as path, look and confidence with tabs between; a regressor's as path and values."""
    label = prediction.label
    if label is None:
        words = [" ".join(f"{value:g}" for value in prediction.values)]
    elif prediction.recognized:
        words = [look(model, label), f"{prediction.probabilities[label]:.3f}"]
    else:
        words = [NONE, f"{0:.3f}"]
    return "\t".join(map(clean, [path, *words]))


def as_json(model: Model, path: str, prediction: Prediction) -> str:
    """A prediction for programs: with all candidates, best first, and null for the label of what is not recognised."""
    if prediction.label is None:
        return json.dumps({"image": path, "values": prediction.values}, ensure_ascii=False)
    candidates: list[dict[str, Any]] = [
        {"label": label, "text": look(model, label), "confidence": share}
        for label, share in prediction.probabilities.items()
    ]
    best: dict[str, Any] = {"label": None, "text": None, "confidence": 0.0}
    if prediction.recognized:
        best = next(one for one in candidates if one["label"] == prediction.label)
    return json.dumps({"image": path, **best, "candidates": candidates}, ensure_ascii=False)


def _described(feature: FeatureDescription) -> str:
    words = f"{feature.name}, {feature.type.value}"
    if feature.image is not None:
        size = feature.image
        words += f" of {size.width} x {size.height} pixels" + (" in colour" if size.channels > 1 else "")
    return words if feature.shape is None else f"{words} of {' x '.join(map(str, feature.shape))}"
