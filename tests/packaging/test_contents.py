"""What goes into the package, so far as that can be told without building it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from package import contents, elf, linux
from procviz.cli.arguments import _COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_standard_library_is_whole() -> None:
    names = contents.standard_library()
    assert {"queue", "secrets", "tempfile", "sqlite3", "asyncio.events", "encodings.gbk", "xml.dom.minidom"} <= set(
        names
    )
    assert not {name.partition(".")[0] for name in names} & set(contents.NOT_STANDARD)


def test_every_room_and_resource_goes_in() -> None:
    assert {"procviz.ui.paint.timeline", "procviz.recorder.session.run"} <= set(contents.rooms(str(ROOT)))
    placed = {f"{folder}/{Path(source).name}" for source, folder in contents.data_files(str(ROOT), "licences")}
    assert {
        "procviz/probe/sitecustomize.py",
        "resources/lessons/daemon/lesson.py",
        "resources/locale/zh_CN/LC_MESSAGES/procviz.mo",
        "resources/guide/zh_CN.md",
        "resources/pictures/light_en.png",
        "resources/fonts/OFL.txt",
    } <= placed


def test_libraries_of_other_toolkits_stay_out() -> None:
    assert contents.wanted("libxcb-cursor.so.0")
    assert contents.wanted("PySide6/Qt/translations/qtbase_zh_CN.qm")
    assert not contents.wanted("PySide6/Qt/translations/qtbase_fr.qm")
    assert not contents.wanted("libgtk-3.so.0")


def test_the_icon_for_macos_holds_every_size(tmp_path: Path) -> None:
    data = Path(contents.mac_icon(str(ROOT), str(tmp_path / "x.icns"))).read_bytes()
    assert data[:4] == b"icns"
    assert int.from_bytes(data[4:8], "big") == len(data)
    assert data.count(b"\x89PNG") == 6


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("dpkg-deb"), reason="no dpkg-deb here")
def test_the_debian_package_lies_where_a_desktop_looks(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "procviz").write_text("#!/bin/sh\n")
    (app / "libx.so.1").write_text("")
    for name in ("procviz", "libx.so.1"):
        (app / name).chmod(0o755)
    package = linux.debian_package(ROOT, app, tmp_path / "tree", tmp_path, "1.2.3")
    told = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True).stdout
    for path in (
        "./usr/bin/procviz -> ../lib/procviz/procviz",
        "./usr/share/applications/procviz.desktop",
        "./usr/share/mime/packages/procviz.xml",
        "./usr/share/metainfo/io.github.procviz.metainfo.xml",
        "./usr/share/man/man1/procviz.1.gz",
        "./usr/share/man/zh_CN/man1/procviz.1.gz",
        "./usr/share/icons/hicolor/256x256/apps/procviz.png",
        "./usr/share/icons/hicolor/48x48/mimetypes/application-vnd.procviz.png",
        "./usr/share/icons/hicolor/scalable/apps/procviz.svg",
    ):
        assert path in told
    assert re.search(r"^-rwxr-xr-x root/root .* ./usr/lib/procviz/procviz$", told, re.MULTILINE)
    assert re.search(r"^-rw-r--r-- root/root .* ./usr/lib/procviz/libx.so.1$", told, re.MULTILINE)


@pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("dpkg"), reason="INSTALLATION AND REMOVAL NOT TESTED: no dpkg here"
)
def test_what_is_installed_goes_without_a_trace(tmp_path: Path) -> None:
    app, target = tmp_path / "app", tmp_path / "target"
    app.mkdir()
    (app / "procviz").write_text("#!/bin/sh\n")
    package = linux.debian_package(ROOT, app, tmp_path / "tree", tmp_path, "1.2.3")
    for folder in ("updates", "info"):
        (target / "var/lib/dpkg" / folder).mkdir(parents=True)
    (target / "var/lib/dpkg/status").touch()
    dpkg = ["dpkg", f"--root={target}", "--force-not-root", "--force-depends", "--force-bad-path", "--log=/dev/null"]
    subprocess.run([*dpkg, "--install", package], check=True, capture_output=True)
    assert (target / "usr/share/applications/procviz.desktop").is_file()
    subprocess.run([*dpkg, "--purge", "procviz"], check=True, capture_output=True)
    left = [path for path in target.rglob("*") if not path.is_relative_to(target / "var/lib/dpkg")]
    assert left == [target / "var", target / "var/lib"]


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="no desktop-file-validate here")
def test_the_desktop_entry_is_valid() -> None:
    entry = ROOT / "resources/desktop/procviz.desktop"
    told = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


@pytest.mark.parametrize("page", ["procviz.1", "procviz.zh_CN.1"])
def test_the_manual_names_every_command(page: str) -> None:
    text = (ROOT / "resources/desktop" / page).read_text(encoding="utf-8")
    assert [command for command in _COMMANDS if f".B procviz {command}\n" not in text] == []


@pytest.mark.skipif(sys.platform != "linux", reason="a library of Linux")
def test_no_library_looks_where_it_was_built(tmp_path: Path) -> None:
    # A library that looks beside itself, made to look elsewhere, as one does that was built where it was installed.
    real = next(Path(PySide6.__file__).parent.glob("libpyside6.*so*"))
    library = tmp_path / real.name
    data = real.read_bytes()
    assert all(path.startswith("$ORIGIN") for path in elf.search_paths(data))
    library.write_bytes(data.replace(b"$ORIGIN", b"/abroad"))
    assert any(path.startswith("/abroad") for path in elf.search_paths(library.read_bytes()))
    assert elf.forget_the_builder(tmp_path) == [library]
    assert elf.search_paths(library.read_bytes()) == []
    assert elf.forget_the_builder(tmp_path) == []
    subprocess.run([sys.executable, "-c", f"import ctypes, PySide6.QtCore; ctypes.CDLL({str(library)!r})"], check=True)


def test_every_part_is_named_in_the_lock_file() -> None:
    locked = (ROOT / "requirements-package.lock").read_text().lower()
    missing = [part for part in contents.PARTS if part.lower().replace("_", "-") + "==" not in locked]
    assert missing == []
