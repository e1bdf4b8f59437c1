"""Labels that come ready-made: entries of a head that belong to no example, from a pack for the same base model."""

from __future__ import annotations

from inkmoji.errors import HeadError
from inkmoji.examples import Face
from inkmoji.features import Label
from inkmoji.model import Model
from inkmoji.plda import ProbabilisticLDA

_SPACE = ("mean", "projection", "between")


def with_prototypes(model: Model, pack: Model | None) -> Model:
    """A copy of the model with the pack's entries and faces in place of the ready-made ones that it had.

    What was taught stays as it is. Of two labels that look alike, the taught one stands: a label of the pack whose face
    has the text of a taught label's is left out. A label that has both kinds of entries keeps its examples.

    Args:
        model: with a ``ProbabilisticLDA`` as head.
        pack: a model whose head has entries without examples; None takes the ready-made labels away.

    Raises:
        HeadError: ``head-value`` for another kind of head, or a pack made for another base model.
    """
    head = _head(model).copy()
    head.remove(head.entries_owned_by(""))
    taught = set(head.labels)
    faces = {label: face for label, face in model.faces.items() if label in taught or label not in model.labels}
    if pack is not None:
        _add(pack, head, faces)
    return Model(model.description, model.network, head, model.examples, faces)


def _add(pack: Model, head: ProbabilisticLDA, faces: dict[Label, Face]) -> None:
    """Puts the pack's entries and faces with what was taught."""
    ready, taught = _head(pack), set(head.labels)
    if not _same_space(head, ready):
        raise HeadError(
            "head-value", "expected prototypes made for this base model, got some for another; use its own pack"
        )
    texts = {face.text for label, face in faces.items() if label in taught}
    looks = pack.faces
    chosen = {label for label in pack.labels if label in taught or label not in looks or looks[label].text not in texts}
    for row, label in zip(ready.embeddings, ready.labels, strict=True):
        if label in chosen:
            head.add(row, label)
    for label, face in looks.items():
        if label in chosen:
            faces.setdefault(label, face)


def _head(model: Model) -> ProbabilisticLDA:
    if not isinstance(model.head, ProbabilisticLDA):
        got = type(model.head).__name__
        raise HeadError("head-value", f"expected a model that weighs labels by probabilistic LDA, got a {got}")
    return model.head


def _same_space(one: ProbabilisticLDA, other: ProbabilisticLDA) -> bool:
    """Whether embeddings mean the same in both: the arrays were estimated from one network's embeddings."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in _SPACE]
    return all(left.shape == right.shape and (left == right).all() for left, right in pairs)
