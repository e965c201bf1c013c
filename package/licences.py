"""Gathers the licence of everything that the packaged app brings along, one text file per part."""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path

from package.contents import PARTS

_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_QT = """\
Qt for Python (PySide6, shiboken6) and Qt are used under the GNU Lesser General Public License, version 3.

They are shipped as they come from their makers, as separate shared libraries in the folder `lib` of this app: you may
put versions of your own in their place. Their source is offered by The Qt Company: https://download.qt.io

The libraries of the system that stand beside them (X11, fontconfig, freetype, dbus, glib, ICU and others) come from the
distribution on which the app was built, under the licences that it names for them.

"""


def collect(root: Path, target: Path) -> Path:
    """Write the texts to `target`, made anew; returns it."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copy(root / "LICENSE", target / "procviz.txt")
    shutil.copy(root / "resources" / "fonts" / "OFL.txt", target / "Noto Sans CJK.txt")
    for text in sorted((root / "package" / "texts").glob("*.txt")):  # Qt for Python ships none
        shutil.copy(text, target / text.name)
    (target / "Python.txt").write_text(_python_licence(), encoding="utf-8")
    for name in (*PARTS, "colorama", "pyinstaller"):  # PyInstaller's start-up code is in the app too
        (target / f"{name}.txt").write_text(_text_of(distribution(name)), encoding="utf-8")
    return target


def _text_of(part: Distribution) -> str:
    facts = part.metadata.json
    licence = str(facts.get("license_expression") or facts.get("license") or "see below")
    head = f"{facts['name']} {part.version}\nLicence: {licence.splitlines()[0]}\n\n"
    texts = [str(file.read_text()) for file in part.files or [] if _TEXT.search(file.name) and not _is_code(file.name)]
    if str(facts["name"]).lower().startswith(("pyside6", "shiboken6")):
        texts.insert(0, _QT)
    if not texts:
        texts = [str(facts.get("license") or "Its makers ship no licence text with it.")]
    return head + "\n\n".join(texts)


def _is_code(name: str) -> bool:
    return name.endswith((".py", ".pyc", ".json"))


def _python_licence() -> str:
    """Python installs its licence beside its library, or in Debian's way, or not at all."""
    library = Path(sysconfig.get_path("stdlib"))
    debian = Path(f"/usr/share/doc/python{sys.version_info[0]}.{sys.version_info[1]}/copyright")
    for place in (
        library / "LICENSE.txt",
        library.parent / "LICENSE.txt",
        Path(sys.base_prefix, "LICENSE.txt"),
        debian,
    ):
        if place.is_file():
            return place.read_text(encoding="utf-8", errors="replace")
    return f"Python {sys.version.split()[0]}\n\n{sys.copyright}\n\nLicence: PSF-2.0, https://docs.python.org/3/license.html\n"
