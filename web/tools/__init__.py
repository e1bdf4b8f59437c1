"""The parts of `build.py`: everything here runs on the standard library, but for range reads and compression."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
DIST = ROOT / "dist"
RELEASE = ROOT / "dist-release"
WORK = ROOT / ".build"


class BuildError(Exception):
    """A step cannot go on; the message says what was expected, what was found and what to do."""
