"""From model to model: what a file brings, and what a new base model takes over."""

from __future__ import annotations

import numpy as np
import pytest
from inkmoji import (
    CompiledModel,
    Face,
    HeadError,
    Model,
    Picture,
    ProbabilisticLDA,
    UpdateError,
    dumps,
    loads,
)
from inkmoji.image import canonical
from inkmoji.transfer import (
    Lesson,
    drawn,
    merging,
    renewing,
)

from tests.engine import PNG, blot, refused, rich_model, scribble, taught
from tests.library import base, drawings_of, knowing, older_base, taught_by, texts_of, with_ready

S = [scribble(seed) for seed in range(8)]


def merged(here: Model, there: Model, replacing: bool = False) -> Model:
    """The model after it has learned what the other one was taught."""
    before, file = dumps(here), dumps(there)
    result = taught_by(merging(CompiledModel.of(here), there, replacing))
    assert (dumps(here), dumps(there)) == (before, file)
    return result


# Importing


def test_a_file_is_learned_as_if_its_drawings_were_taught_by_hand() -> None:
    here = knowing(base(), ("cat", S[0]), cat="🐱")
    there = knowing(base(), ("dog", S[1]), ("owl", S[2]), ("dog", S[3]), dog="🐶", owl="🦉")
    by_hand = taught(here, ("dog", S[1]), ("owl", S[2]), ("dog", S[3]), faces=there.faces)  # type: ignore[arg-type]
    assert dumps(merged(here, there)) == by_hand.data


def test_a_file_of_another_base_model_is_embedded_anew_on_this_one() -> None:
    there = rich_model()
    result = merged(base(), there)
    assert [example.label for example in result.examples] == ["cat", "Zoë", "cat", "Zoë"]
    assert result.faces == there.faces
    assert result.entries.dimension == base().entries.dimension
    own = base().embed_values([example.drawing for example in there.examples])  # type: ignore[misc]
    assert np.array_equal(result.entries.embeddings, own.astype(np.float16))


def test_ready_made_labels_and_examples_without_a_drawing_are_left_out() -> None:
    there = with_ready(knowing(base(), ("dog", S[1]), ("owl", None), dog="🐶", owl="🦉"), sun="☀️")
    result = merged(base(), there)
    assert texts_of(result) == {"dog": "🐶"}
    assert set(result.faces) == {"dog"}


@pytest.mark.parametrize("replacing", [False, True])
@pytest.mark.parametrize(
    "there",
    [base(), with_ready(base(), sun="☀️"), knowing(base(), ("owl", None), owl="🦉")],
    ids=["untaught", "ready-made", "without drawings"],
)
def test_a_file_with_nothing_to_learn_is_refused(there: Model, replacing: bool) -> None:
    with refused(UpdateError, "update-nothing", "drawings that are not here yet", "another file"):
        merging(CompiledModel.of(knowing(base(), ("cat", S[0]))), there, replacing)


def test_a_file_whose_drawings_are_all_here_brings_nothing_new_but_can_replace() -> None:
    here = knowing(base(), ("cat", S[0]), ("dog", S[1]), cat="🐱", dog="🐶")
    there = knowing(base(), ("dog", S[1]), ("other cat", S[0]), **{"other cat": "🐱", "dog": "another"})
    with refused(UpdateError, "update-nothing"):
        merging(CompiledModel.of(here), there, False)
    assert drawings_of(merged(here, there, True), 0, 1) == {"dog": [1], "other cat": [0]}


def test_a_label_known_here_unites_under_the_face_that_it_has_here() -> None:
    here = knowing(base(), ("cat", S[0]), cat="🐱")
    result = merged(here, knowing(base(), ("cat", S[1]), cat="🐈"))
    assert texts_of(result) == {"cat": "🐱"}
    assert drawings_of(result, 0, 1) == {"cat": [0, 1]}


def test_a_label_known_here_unites_with_itself_even_where_another_has_its_text() -> None:
    here = knowing(base(), ("owl", S[0]), ("cat", S[1]), owl="🦉", cat="🐱")
    result = merged(here, knowing(base(), ("cat", S[2]), cat="🦉"))
    assert drawings_of(result, 0, 1, 2) == {"owl": [0], "cat": [1, 2]}
    assert texts_of(result) == {"owl": "🦉", "cat": "🐱"}


def test_a_label_without_a_face_here_gets_the_one_of_the_file() -> None:
    result = merged(knowing(base(), ("cat", S[0])), knowing(base(), ("cat", S[1]), cat="🐈"))
    assert texts_of(result) == {"cat": "🐈"}


def test_a_sticker_with_the_text_of_one_taught_here_unites_with_it() -> None:
    here = knowing(base(), ("cat", S[0]), cat="🐱")
    result = merged(here, knowing(base(), ("x", S[1]), ("y", S[2]), x="🐱", y="🐶"))
    assert texts_of(result) == {"cat": "🐱", "y": "🐶"}
    assert drawings_of(result, 0, 1, 2) == {"cat": [0, 1], "y": [2]}
    assert result.faces["cat"] == here.faces["cat"]


def test_stickers_of_a_file_that_have_the_same_text_become_one() -> None:
    result = merged(base(), knowing(base(), ("x", S[1]), ("y", S[2]), ("x", S[3]), x="🐱", y="🐱"))
    assert texts_of(result) == {"x": "🐱"}
    assert drawings_of(result, 1, 2, 3) == {"x": [1, 2, 3]}


def test_a_sticker_that_looks_like_a_ready_made_one_is_taught_under_its_label_as_by_hand() -> None:
    here = with_ready(base(), sun="☀️", moon="🌙")
    result = merged(here, knowing(base(), ("x", S[1]), x="☀️"))
    assert texts_of(result) == {"sun": "☀️", "moon": "🌙"}
    assert dumps(result) == taught(here, ("sun", S[1])).data


def test_of_a_taught_and_a_ready_made_sticker_with_the_text_the_taught_one_is_meant() -> None:
    here = knowing(with_ready(base(), sun="☀️"), ("mine", S[0]), mine="☀️")
    result = merged(here, knowing(base(), ("x", S[1]), x="☀️"))
    assert drawings_of(result, 0, 1) == {"mine": [0, 1]}


def test_pictures_unite_with_the_same_picture_of_the_same_name_and_labels_without_face_with_none() -> None:
    there = knowing(base(), *((label, S[at]) for at, label in enumerate(("x", "y", "u", "v", "w", "t"))))
    faces = {"x": Face("", image=PNG + b"x"), "y": Face("", image=PNG), "w": Face("cat", image=PNG), "t": Face("cat")}
    for label, face in faces.items():
        there.set_face(label, face)
    here = knowing(base(), ("z", S[0]))
    here.set_face("z", Face("", image=PNG))
    result = merged(here, there)
    assert drawings_of(result, 0, 1, 2, 3, 4, 5) == {"z": [0, 1], "x": [0], "u": [2], "v": [3], "w": [4], "t": [5]}
    looks = {label: (face.text, face.image) for label, face in result.faces.items()}
    assert looks == {"z": ("", PNG), "x": ("", PNG + b"x"), "w": ("cat", PNG), "t": ("cat", b"")}


def test_the_text_that_a_known_label_has_in_the_file_draws_no_other_to_it() -> None:
    here = knowing(base(), ("cat", S[0]), ("owl", S[1]), cat="🐱", owl="🦉")
    there = knowing(base(), ("cat", S[2]), ("x", S[3]), ("y", S[4]), cat="🐶", x="🐶", y="🐱")
    result = merged(here, there)
    assert texts_of(result) == {"cat": "🐱", "owl": "🦉", "x": "🐶"}
    assert drawings_of(result, 0, 1, 2, 3, 4) == {"cat": [0, 2, 4], "owl": [1], "x": [3]}


def test_equal_drawings_of_a_sticker_are_kept_once_and_those_of_two_stickers_twice() -> None:
    here = knowing(base(), ("cat", S[0]), ("cat", S[0]), cat="🐱")
    there = knowing(base(), ("x", S[0]), ("x", S[1]), ("y", S[1]), ("x", S[1]), x="🐱", y="🐶")
    assert drawings_of(merged(here, there), 0, 1) == {"cat": [0, 0, 1], "y": [1]}


def test_a_stale_face_here_does_not_stand_before_the_one_of_the_file() -> None:
    here = knowing(base(), ("cat", S[0]), cat="🐱", gone="👻")
    result = merged(here, knowing(base(), ("gone", S[1]), gone="🌟"))
    assert texts_of(result) == {"cat": "🐱", "gone": "🌟"}


def test_a_large_picture_is_known_again_however_often_it_comes() -> None:
    pixels = np.zeros((400, 400), np.uint8)
    pixels[3:390, 5:8] = pixels[200:203, 3:390] = pixels[40:41, 300:399] = 255
    there = knowing(base(), ("cross", Picture(pixels)))
    once = merged(base(), there)
    for file in (there, once):
        with refused(UpdateError, "update-nothing"):
            merging(CompiledModel.of(once), file, False)


def test_a_picture_without_ink_is_no_drawing() -> None:
    there = knowing(base(), ("dog", S[1]), ("blank", blot(1)))
    hidden = there.examples[1].drawing
    assert isinstance(hidden, Picture)
    forged = Model(
        there.description,
        there.network,
        there.entries,
        [there.examples[0], type(there.examples[1])(there.examples[1].id, "blank", Picture(hidden.pixels * 0))],
    )
    assert [example.label for example in drawn(loads(dumps(forged)))] == ["dog"]
    assert list(merged(base(), forged).labels) == ["dog"]


def test_replacing_lets_all_that_was_taught_go_and_ready_made_labels_stay() -> None:
    here = knowing(
        with_ready(base(), sun="☀️", moon="🌙"), ("cat", S[0]), ("sun", S[1]), ("owl", None), cat="🐱", owl="🦉"
    )
    result = merged(here, knowing(base(), ("dog", S[2]), ("cat", S[3]), dog="🐶", cat="🐈"), replacing=True)
    assert texts_of(result) == {"sun": "☀️", "moon": "🌙", "dog": "🐶", "cat": "🐈"}
    assert set(result.faces) == set(result.labels)
    assert drawings_of(result, 2, 3) == {"dog": [2], "cat": [3]}
    assert len(result.entries.entries_of("sun")) == 2


def test_drawings_come_out_in_the_order_taught_and_in_canonical_form() -> None:
    model = knowing(base(), ("b", S[0]), ("a", None), ("a", blot(3)))
    assert [(example.label, type(example.drawing)) for example in drawn(model)] == [
        ("b", type(canonical(S[0]))), ("a", Picture),
    ]  # fmt: skip


# Renewing


def renewed(old: Model, new: Model, pack: Model | None = None) -> Model:
    return taught_by(renewing(old, CompiledModel.of(new), pack))


def test_a_renewed_model_is_the_new_base_taught_with_the_same_drawings() -> None:
    old = knowing(older_base(), ("cat", S[0]), ("dog", S[1]), ("cat", S[2]), cat="🐱", dog="🐶")
    by_hand = taught(base(), ("cat", S[0]), ("dog", S[1]), ("cat", S[2]), faces=old.faces)  # type: ignore[arg-type]
    assert dumps(renewed(old, base())) == by_hand.data
    assert dumps(renewed(loads(by_hand.data), base())) == by_hand.data


def test_examples_keep_their_ids_and_copies_and_those_without_a_drawing_are_left_out() -> None:
    old = knowing(
        older_base(), ("cat", S[0]), ("cat", S[0]), ("dog", None), ("cat", S[0]), ("cat", S[1]), cat="🐱", dog="🐶"
    )
    first = old.examples[0]
    old.remove_example(first.id)
    result = renewed(old, base())
    kept = [example.id for example in old.examples if example.drawing is not None]
    assert kept[0] == f"{first.id}-2"
    assert [example.id for example in result.examples] == list(result.entries.owners) == kept
    assert drawings_of(result, 0, 1) == {"cat": [0, 0, 1]}
    assert texts_of(result) == {"cat": "🐱"}
    straight = knowing(base(), ("cat", S[0]), ("cat", S[0]), ("cat", S[1]))
    assert np.array_equal(result.entries.embeddings, straight.entries.embeddings)


def test_ready_made_labels_are_the_new_ones_and_come_only_where_there_were_some() -> None:
    pack = with_ready(base(), sun="☀️", cat="🐈", star="⭐")
    old = knowing(with_ready(older_base(), sun="☀️", moon="🌙"), ("x", S[0]), ("sun", S[1]), x="⭐")
    result = renewed(old, base(), pack)
    assert texts_of(result) == {"x": "⭐", "sun": "☀️", "cat": "🐈"}
    assert len(result.entries.entries_of("sun")) == 3
    assert texts_of(renewed(old, base())) == {"x": "⭐", "sun": "☀️"}
    plain = knowing(older_base(), ("x", S[0]), x="⭐")
    assert texts_of(renewed(plain, base(), pack)) == {"x": "⭐"}


def test_a_pack_of_another_base_model_is_refused_before_anything_is_taught() -> None:
    head = base().head
    assert isinstance(head, ProbabilisticLDA)
    moved = ProbabilisticLDA(head.mean + np.float32(1), head.projection, head.between)
    other = Model(base().description, base().network, moved)
    old = knowing(with_ready(older_base(), sun="☀️"), ("x", S[0]))
    with refused(HeadError, "head-value", "its own pack"):
        renewing(old, CompiledModel.of(base()), with_ready(other, sun="☀️"))


def test_with_nothing_to_renew_the_new_base_is_all_there_is() -> None:
    empty = CompiledModel.of(base())
    lesson = renewing(knowing(older_base(), ("dog", None), dog="🐶"), empty, None)
    assert len(lesson.batch) == 0
    assert lesson.finished(lesson.start).data == empty.data
    ready = renewing(with_ready(older_base(), sun="☀️"), empty, with_ready(base(), moon="🌙"))
    assert texts_of(taught_by(ready)) == {"moon": "🌙"}


def test_what_a_new_base_was_taught_by_others_does_not_come_with_it() -> None:
    result = renewed(knowing(older_base(), ("cat", S[0])), knowing(base(), ("dog", S[1]), dog="🐶"))
    assert texts_of(result) == {"cat": ""}
    assert set(result.faces) == set()


def test_a_lesson_that_changes_nothing_afterwards_hands_on_the_very_candidate() -> None:
    compiled = taught(base(), ("cat", S[0]))
    lesson = merging(CompiledModel.of(base()), compiled.model(), False)
    assert Lesson(lesson.start, lesson.batch, {}).finished(compiled) is compiled
