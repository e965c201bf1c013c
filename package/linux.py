"""The Debian package: the app, and what makes a desktop know it. dpkg-deb puts it together."""

from __future__ import annotations

import gzip
import platform
import shutil
import subprocess
from pathlib import Path

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
_CONTROL = """\
Package: procviz
Version: {version}
Architecture: {architecture}
Maintainer: procviz contributors <procviz@example.invalid>
Installed-Size: {kilobytes}
Depends: libc6 (>= {libc}), libgl1, libegl1, fontconfig-config
Section: education
Priority: optional
Description: shows how Python processes live and die
 Runs a real Python program, follows every process it starts, and draws each
 one's life on a timeline while it happens. Lessons with sliders show what
 multiprocessing does and why. Brings its own Python.
"""
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def architecture() -> str:
    """Of this machine, as the kernel calls it."""
    return platform.machine()


def debian_package(root: Path, app: Path, tree: Path, dist: Path, version: str) -> Path:
    """Lay the package out in `tree`, made anew, and build it into `dist`; returns its path."""
    shutil.rmtree(tree, ignore_errors=True)
    lay_out(root, app, tree)
    kind = _ARCHITECTURES.get(architecture(), architecture())
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    libc = platform.libc_ver()[1] or "2.34"
    control = _CONTROL.format(version=version, architecture=kind, kilobytes=size // 1024, libc=libc)
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control)
    package = dist / f"procviz_{version}_{kind}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", str(tree), str(package)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return package


def lay_out(root: Path, app: Path, tree: Path) -> None:
    """The files as they will lie on the machine, below `tree`."""
    shutil.copytree(app, tree / "usr/lib/procviz", symlinks=True)
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/procviz").symlink_to("../lib/procviz/procviz")
    resources = root / "resources"
    place(resources / "desktop/procviz.desktop", tree / "usr/share/applications/procviz.desktop")
    place(resources / "desktop/procviz.xml", tree / "usr/share/mime/packages/procviz.xml")
    metainfo = "io.github.procviz.metainfo.xml"
    place(resources / "desktop" / metainfo, tree / "usr/share/metainfo" / metainfo)
    icons = tree / "usr/share/icons/hicolor"
    for size in SIZES:
        picture = resources / f"icons/procviz-{size}.png"
        place(picture, icons / f"{size}x{size}/apps/procviz.png")
        place(picture, icons / f"{size}x{size}/mimetypes/application-vnd.procviz.png")
    place(resources / "icons/procviz.svg", icons / "scalable/apps/procviz.svg")
    place(resources / "icons/procviz.svg", icons / "scalable/mimetypes/application-vnd.procviz.svg")
    papers = tree / "usr/share/doc/procviz"
    place(root / "LICENSE", papers / "copyright")
    (papers / "changelog.gz").write_bytes(gzip.compress((root / "CHANGELOG.md").read_bytes(), mtime=0))
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def place(source: Path, target: Path) -> None:
    """Copy one file to where its folder may not be yet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
