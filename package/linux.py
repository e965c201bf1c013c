"""The Debian package: the app, and what makes a desktop know it. dpkg-deb puts it together."""

from __future__ import annotations

import gzip
import os
import platform
import shutil
import subprocess
import time
from email.utils import formatdate
from pathlib import Path

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
_CONTROL = """\
Package: procviz
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {kilobytes}
Depends: libc6 (>= {libc}), libgl1, libegl1, fontconfig-config
Section: education
Priority: optional
Description: shows how Python processes live and die
 Runs a real Python program, follows every process it starts, and draws each
 one's life on a timeline while it happens. Lessons with sliders show what
 multiprocessing does and why. Brings its own Python.
"""
_CHANGES = """\
procviz ({version}) stable; urgency=medium

  * What changed for the people who use procviz stands in NEWS.gz.

 -- {maintainer}  {date}
"""
_MAINTAINER = "procviz contributors <procviz@example.invalid>"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def architecture() -> str:
    """Of this machine, as the kernel calls it."""
    return platform.machine()


def debian_package(root: Path, app: Path, tree: Path, dist: Path, version: str) -> Path:
    """Lay the package out in `tree`, made anew, and build it into `dist`; returns its path."""
    shutil.rmtree(tree, ignore_errors=True)
    lay_out(root, app, tree, version)
    kind = _ARCHITECTURES.get(architecture(), architecture())
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    libc = platform.libc_ver()[1] or "2.34"
    control = _CONTROL.format(
        version=version, architecture=kind, kilobytes=size // 1024, libc=libc, maintainer=_MAINTAINER
    )
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control)
    package = dist / f"procviz_{version}_{kind}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", str(tree), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return package


def lay_out(root: Path, app: Path, tree: Path, version: str) -> None:
    """The files as they will lie on the machine, below `tree`."""
    shutil.copytree(app, tree / "usr/lib/procviz", symlinks=True)
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/procviz").symlink_to("../lib/procviz/procviz")
    share, desktop = tree / "usr/share", root / "resources/desktop"
    place(desktop / "procviz.desktop", share / "applications/procviz.desktop")
    place(desktop / "procviz.xml", share / "mime/packages/procviz.xml")
    place(root / "package/lintian-overrides", share / "lintian/overrides/procviz")
    _icons(root / "resources/icons", share / "icons/hicolor")
    _papers(root, share, version)
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _is_program(path) else 0o644)


def _icons(pictures: Path, theme: Path) -> None:
    for size in SIZES:
        picture = pictures / f"procviz-{size}.png"
        place(picture, theme / f"{size}x{size}/apps/procviz.png")
        place(picture, theme / f"{size}x{size}/mimetypes/application-vnd.procviz.png")
    place(pictures / "procviz.svg", theme / "scalable/apps/procviz.svg")
    place(pictures / "procviz.svg", theme / "scalable/mimetypes/application-vnd.procviz.svg")


def _papers(root: Path, share: Path, version: str) -> None:
    now = float(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    day = time.strftime("%Y-%m-%d", time.gmtime(now))
    changes = _CHANGES.format(version=version, maintainer=_MAINTAINER, date=formatdate(now))
    place(root / "LICENSE", share / "doc/procviz/copyright")
    _zip(changes, share / "doc/procviz/changelog.gz")
    _zip((root / "CHANGELOG.md").read_text(encoding="utf-8"), share / "doc/procviz/NEWS.gz")
    for page, folder in (("procviz.1", "man1"), ("procviz.zh_CN.1", "zh_CN/man1")):
        _zip((root / "resources/desktop" / page).read_text(encoding="utf-8"), share / "man" / folder / "procviz.1.gz")
    name = "io.github.procviz.metainfo.xml"
    told = (root / "resources/desktop" / name).read_text(encoding="utf-8")
    release = f'  <releases>\n    <release version="{version}" date="{day}"/>\n  </releases>\n</component>'
    (share / "metainfo").mkdir()
    (share / "metainfo" / name).write_text(told.replace("</component>", release), encoding="utf-8")


def _zip(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), mtime=0))


def _is_program(path: Path) -> bool:
    """A library is none, whatever its maker thought."""
    return ".so" not in path.name and bool(path.stat().st_mode & 0o100)


def place(source: Path, target: Path) -> None:
    """Copy one file to where its folder may not be yet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
