"""`THIRD_PARTY.md`: what ships that others made, with their licences as their packages carry them."""

from __future__ import annotations

import email.parser
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from web.tools.vendor import PARTS, Part

PYODIDE_NOTE = """\
Pyodide is CPython and its standard library compiled to WebAssembly. Pyodide's own code is under the
Mozilla Public License 2.0 (its text: see micropip below); its source is at
https://github.com/pyodide/pyodide. CPython is Copyright © 2001 Python Software Foundation, all rights
reserved, under the Python Software Foundation License Version 2; its text is at
https://docs.python.org/3/license.html and its source at https://github.com/python/cpython.
"""

INTRODUCTION = """\
# Third-party parts

Inkmoji itself is under the MIT licence. It ships with these parts, none of them changed. Beside Pyodide and its
wheels are copies of them in the form in which the page starts them: `snapshot.bin` is the memory of a Python that has
imported modules of the standard library, of NumPy and of Pillow, `libraries.bin` holds native libraries of these.
"""

TRAINING_DATA = """\
## Drawings that the base model and the starter stickers were made from

* The Quick, Draw! dataset by Google, under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/):
  https://github.com/googlecreativelab/quickdraw-dataset
* Omniglot by Brenden Lake, Ruslan Salakhutdinov and Joshua Tenenbaum, under the MIT licence:
  https://github.com/brendenlake/omniglot

None of the drawings ships. `models/base.inkmoji` was trained on drawings of both. `models/starter.inkmoji` is made
from the Quick, Draw! dataset and changes it: drawings of some of its categories were turned into embeddings, the
numbers that the base model gives for a drawing, and embeddings within a category were averaged. Only such averages
are left of the dataset, with a name and an emoji for each category. Google has not endorsed this.
"""


@dataclass(frozen=True)
class Notice:
    """One third-party part."""

    name: str
    version: str
    licence: str
    home: str
    text: str

    def markdown(self) -> str:
        """Return the part's section."""
        head = f"## {self.name} {self.version}\n\nLicence: {self.licence}  \nHome: {self.home}\n"
        return f"{head}\n{self.text.strip()}\n"


def third_party(wheels: Sequence[Path]) -> str:
    """Return `THIRD_PARTY.md` for the npm parts and the given `wheels`."""
    notices = [_of_part(part) for part in PARTS] + [_of_wheel(path) for path in wheels]
    return "\n".join([INTRODUCTION, *(notice.markdown() for notice in notices), TRAINING_DATA])


def _of_part(part: Part) -> Notice:
    about = part.about
    licence = part.source / "LICENSE"
    text = _fenced(licence.read_text("utf-8")) if licence.exists() else PYODIDE_NOTE
    repository = about["repository"]
    source = repository if isinstance(repository, str) else repository["url"]
    home = about.get("homepage") or "https://" + source.split("://")[-1].removesuffix(".git")
    return Notice(part.name, about["version"], about["license"], home, text)


def _of_wheel(path: Path) -> Notice:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        about = email.parser.BytesParser().parsebytes(archive.read(metadata))
        folder = metadata.removesuffix("METADATA") + "licenses/"
        texts = [
            f"`{name.removeprefix(folder)}`:\n\n" + _fenced(archive.read(name).decode("utf-8"))
            for name in names
            if name.startswith(folder)
        ]
    licence = about["License-Expression"] or about["License"].splitlines()[0]
    links = dict(link.split(", ", 1) for link in about.get_all("Project-URL", []))
    home = next((url for label, url in links.items() if label.lower() in {"homepage", "source"}), "")
    return Notice(about["Name"], about["Version"], licence, home, "\n\n".join(texts))


def _fenced(text: str) -> str:
    return f"````text\n{text.strip()}\n````"
