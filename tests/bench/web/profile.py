"""Where Python spends its time in the worker: imports by module, and profiles of loading a model and of answering."""

import importlib._bootstrap as bootstrap
import sys
import time
from collections.abc import Callable
from typing import Any

LINES = 14
ANSWERS = 30

session: Any = None
drawing: Any = None


def import_inkmoji() -> str:
    """Milliseconds that each module takes itself, the dearest first."""
    own: dict[str, float] = {}
    inner = [0.0]
    load = bootstrap._load_unlocked

    def timed(spec: Any) -> Any:
        inner.append(0.0)
        start = time.perf_counter()
        module = load(spec)
        whole = time.perf_counter() - start
        own[spec.name] = whole - inner.pop()
        inner[-1] += whole
        return module

    bootstrap._load_unlocked = timed
    try:
        import inkmoji.session  # noqa: F401
    finally:
        bootstrap._load_unlocked = load
    dearest = sorted(own.items(), key=lambda item: -item[1])
    lines = [f"{1000 * spent:8.1f}  {name}" for name, spent in dearest[:LINES]]
    rest = sum(spent for _, spent in dearest[LINES:])
    return "\n".join([*lines, f"{1000 * rest:8.1f}  {max(len(own) - LINES, 0)} more, of {len(own)}"])


def load_the_model(archive: Any) -> None:
    from inkmoji.session import Session

    global session
    session = Session()
    session.load(archive)


def profile_loading(archive: Any) -> str:
    return profiled(lambda: session.load(archive))


def answer_for_the_first_time(strokes: Any) -> None:
    import numpy as np

    global drawing
    points = np.array([point for stroke in strokes for point in stroke], np.float32)
    lengths = np.array([len(stroke) for stroke in strokes], np.int32)
    drawing = {"points": memoryview(points.ravel()), "lengths": memoryview(lengths)}
    session.predict(drawing)


def answer_again(_: Any) -> None:
    session.predict(drawing)


def profile_answers(_: Any) -> str:
    return profiled(lambda: [session.predict(drawing) for _ in range(ANSWERS)])


def profiled(run: Callable[[], object]) -> str:
    """The functions that take longest themselves; the profiler makes short functions look dearer than they are."""
    if "/stdlib.zip" not in sys.path:
        sys.path.append("/stdlib.zip")
    import cProfile
    import io
    import pstats

    profile = cProfile.Profile()
    profile.runcall(run)
    text = io.StringIO()
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(LINES)
    return "\n".join(line for line in text.getvalue().splitlines() if line.strip() and "Ordered by" not in line)
