"""Inkmoji on the command line: models in files, drawings as pictures.

    info FILE                               what a model is and what it was taught
    predict FILE IMAGE...                   what the pictures show
    update FILE --label 🐱 IMAGE... -o NEW  teach the pictures; NEW may be FILE
    compile IN.mlmodel -o OUT.inkmoji       a model of Core ML's format to ours
    export IN.inkmoji -o OUT.mlmodel        and back

FILE is an .inkmoji file, or a .mlmodel file. What is written is written whole or not at all. The exit code is 0 when
all is done, 1 with a message when it is not, 2 for a wrong command line, 130 when interrupted, and 141 when nobody
reads the output any more.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from inkmoji import disk, pictures, wording
from inkmoji.archive import MAX_BYTES, CompiledModel
from inkmoji.errors import FeatureError, FormatError, InkmojiError, UpdateError
from inkmoji.examples import Face
from inkmoji.features import ArrayBatch, DictFeatureProvider, FeatureType, FeatureValue, Label, is_unicode
from inkmoji.model import Model
from inkmoji.parts import target_type
from inkmoji.update import UpdateTask
from inkmoji.wording import clean

COREML, OWN = ".mlmodel", ".inkmoji"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command that the arguments name, those of the process by default; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # emoji everywhere, and the bytes of a path as they are
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        print(end="", flush=True)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _let_go_of_output()
        return 141
    except (InkmojiError, OSError, MemoryError) as error:
        _complain(error)
        _let_go_of_output()
        return 1
    return code


def info(options: argparse.Namespace) -> int:
    """Say what a model is and what it was taught."""
    data, compiled = _opened(options.file)
    model = compiled.model()
    facts = {
        "file": str(options.file),
        "size": f"{len(data)} bytes",
        "sha256": hashlib.sha256(data).hexdigest(),
        **wording.facts(model),
    }
    for name, text in facts.items():
        print(f"{clean(name)}: {clean(text)}")
    for line in wording.labels(model):
        print(f"  {clean(line)}")
    return 0


def predict(options: argparse.Namespace) -> int:
    """Say what pictures show: a line for each with its path, its label and how sure that is, from 0 to 1."""
    model, code = _for_drawings(options.file).model(), 0
    for path in options.images:
        try:
            prediction = model.predict(DictFeatureProvider(_features(model, path)))
        except (InkmojiError, OSError) as error:  # the other pictures are still looked at
            _complain(error)
            code = 1
        else:
            words = wording.as_json if options.json else wording.as_line
            print(words(model, str(path), prediction), flush=True)
    return code


def update(options: argparse.Namespace) -> int:
    """Teach pictures under a label, and write the model that has learnt them."""
    compiled = _for_drawings(options.file)
    model = compiled.model()
    label = _label(model, options.label)
    # What cannot be updated has no target; the task says so.
    target = next((item.name for item in model.description.training_inputs if item != model.input), "label")
    value = FeatureValue.string(label) if isinstance(label, str) else FeatureValue.int64(label)
    examples = [DictFeatureProvider({**_features(model, path), target: value}) for path in options.images]
    faces = {} if label in model.labels else {label: Face(str(label)[:64], "", time.time_ns() // 1_000_000)}
    learnt = _taught(compiled, examples, faces)
    _save(options.output, OWN, learnt.data)
    face = clean(wording.look(learnt.model(), label))
    print(f"{clean(str(options.output))}: {face} learnt from {len(examples)} picture{'s' * (len(examples) > 1)}")
    return 0


def compile_(options: argparse.Namespace) -> int:
    """Turn a model of Core ML's format into ours."""
    data = disk.read(options.file, MAX_BYTES)
    with _naming(options.file):
        compiled = _coreml().compile_model(data)
    _save(options.output, OWN, compiled.data)
    return 0


def export(options: argparse.Namespace) -> int:
    """Turn a model into one of Core ML's format; what that cannot say is told on stderr."""
    compiled = _opened(options.file)[1]
    with _naming(options.file):
        data, notes = _coreml().export_model(compiled), _coreml().export_notes(compiled)
    _save(options.output, COREML, data)
    for note in notes:
        print(f"note: {clean(note)}", file=sys.stderr)
    return 0


# The command line


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m inkmoji", description=__doc__, formatter_class=raw, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run in (info, predict, update, compile_, export):
        name, words = run.__name__.rstrip("_"), run.__doc__
        command = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
        command.set_defaults(run=run)
        command.add_argument("file", metavar="FILE", type=Path, help="a model")
        if run in (predict, update):
            command.add_argument("images", metavar="IMAGE", type=Path, nargs="+", help="a picture of a drawing")
        if run is predict:
            command.add_argument("--json", action="store_true", help="a JSON object a line, with all candidates")
        if run is update:
            text = "what the pictures show: an emoji, a text, or a label of the model"
            command.add_argument("--label", type=_text, required=True, help=text)
        if run in (update, compile_, export):
            command.add_argument("-o", "--output", metavar="NEW", type=Path, required=True, help="the file to write")
    return parser


def _text(argument: str) -> str:
    """An argument as it was typed, also where the system's language is said to know ASCII alone."""
    try:
        return argument if is_unicode(argument) else os.fsencode(argument).decode()
    except UnicodeError:
        raise argparse.ArgumentTypeError(f"expected a text in UTF-8, got {argument!r}") from None


# Models


def _opened(path: Path) -> tuple[bytes, CompiledModel]:
    """A file, and the model in it."""
    data = disk.read(path, MAX_BYTES)
    with _naming(path):
        return data, _coreml().compile_model(data) if path.suffix.lower() == COREML else CompiledModel(data)


def _for_drawings(path: Path) -> CompiledModel:
    """The model in a file, which must be one that reads drawings."""
    compiled = _opened(path)[1]
    source = compiled.model().input
    if source.image is None:
        raise FeatureError(
            "feature-type", f"{path}: expected a model that reads drawings, got one that reads a {source.type.value}"
        )
    return compiled


def _save(path: Path, suffix: str, data: bytes) -> None:
    other = {OWN: COREML, COREML: OWN}[suffix]
    if path.suffix.lower() == other:
        raise UpdateError("update-argument", f"{path}: expected a name that ends in {suffix}, got {other}")
    disk.replace(path, data)


def _coreml() -> ModuleType:
    try:
        from inkmoji import coreml
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "google":
            raise
        remedy = "pip install 'inkmoji[coreml]'"
        raise FormatError(
            "coreml-unsupported", f"expected the package protobuf for Core ML's files, found none; {remedy}"
        ) from error
    return coreml


def _taught(compiled: CompiledModel, examples: list[DictFeatureProvider], faces: Mapping[Label, Face]) -> CompiledModel:
    """Runs an update; tells a terminal how far it is."""
    ends: list[CompiledModel | None] = []
    task = UpdateTask(
        compiled, ArrayBatch(examples), handlers=lambda context: ends.append(context.candidate), faces=faces
    )
    terminal = bool(sys.stderr) and sys.stderr.isatty()
    for done, _ in enumerate(task.steps(), 1):
        if terminal:
            print(f"\r{done} of {task.total_steps}", end="\r", file=sys.stderr, flush=True)
    if task.error is not None:
        raise task.error
    return next(filter(None, ends))


def _features(model: Model, path: Path) -> dict[str, FeatureValue]:
    """The picture in a file as what the model reads, seen to be a drawing."""
    data = disk.read(path, pictures.MOST_BYTES)
    with _naming(path):
        features = {model.input.name: FeatureValue.image(pictures.decode(data))}
        model.read(DictFeatureProvider(features))
    return features


def _label(model: Model, text: str) -> Label:
    """The label that a text means: a label itself, else one that looks so, else a new one."""
    kind = target_type(model.head)
    if kind is FeatureType.MULTI_ARRAY:
        raise FeatureError("feature-type", "expected a model that answers with labels, got a regressor")
    if kind is FeatureType.STRING:
        alike = (label for label in model.labels if wording.look(model, label) == text)
        return text if text in model.labels else next(alike, text)
    try:
        return int(text)
    except ValueError:
        raise FeatureError("feature-label", f"expected a whole number as label, got {text!r}") from None


# What went wrong


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Names the file in an error of the engine."""
    try:
        yield
    except InkmojiError as error:
        raise type(error)(error.code, f"{path}: {error}") from error


def _complain(error: Exception) -> None:
    """One message on stderr; an error of the system without a file's name is one of writing the output."""
    text = str(error)
    if isinstance(error, MemoryError):
        text = "expected enough memory, got too little; close other programs, or give fewer pictures at once"
    elif isinstance(error, OSError):
        place = error.filename or "the output"
        text = f"{place}: {error.strerror}"
    if sys.stderr:  # else it would be told among the results
        print("inkmoji:", "\n".join(map(clean, text.split("\n"))), file=sys.stderr)


def _let_go_of_output() -> None:
    """Sees that Python, at its end, does not try once more to write what nobody takes."""
    try:
        print(end="", flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what is half written is cleared away
    sys.exit(main())
