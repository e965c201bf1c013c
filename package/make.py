"""Makes the packaged app in dist/ for the system it runs on; `python3 dev.py package` calls this in its environment.

python package/make.py [app]      everything; with `app` only the folder, unpacked, in build/app/procviz
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

from package import elf, licences, linux
from procviz import __version__

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
DIST = ROOT / "dist"
APP = BUILD / "app" / "procviz"


def main(words: list[str]) -> int:
    """Build the app, then what is handed out."""
    made = build_app()
    if words == ["app"]:
        print(made)
        return 0
    DIST.mkdir(exist_ok=True)
    for path in hand_out(made):
        print(f"{path.stat().st_size / 1e6:6.1f} MB  {path}")
    return 0


def build_app() -> Path:
    """Run PyInstaller; returns the folder of the app."""
    texts = licences.collect(ROOT, BUILD / "licences")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(APP.parent), "--workpath", str(BUILD / "pyinstaller"), str(ROOT / "build.spec")]
    environment = {**os.environ, "PROCVIZ_LICENCES": str(texts), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, env=environment)
    if sys.platform == "linux":
        elf.forget_the_builder(APP)
    return APP


def hand_out(app: Path) -> list[Path]:
    """The files that people download."""
    name = f"procviz-{__version__}"
    system = platform.system()
    if system == "Linux":
        machine = linux.architecture()
        archive = DIST / f"{name}-linux-{machine}.tar.xz"
        pack(app, archive, name)
        return [archive, linux.debian_package(ROOT, app, BUILD / "deb", DIST, __version__)]
    if system == "Darwin":
        archive = DIST / f"{name}-macos.zip"
        bundle = app.with_suffix(".app")
        subprocess.run(["ditto", "-c", "-k", "--keepParent", str(bundle), str(archive)], check=True)
        return [archive]
    archive = DIST / f"{name}-windows.zip"
    zip_up(app, archive, name)
    return [archive]


def pack(app: Path, archive: Path, name: str) -> None:
    """A .tar.xz with one folder in it, owned by nobody in particular."""
    stamp = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = stamp
        return member

    with tarfile.open(archive, "w:xz", preset=6) as tar:
        tar.add(app, name, filter=plain)
        for file in sorted((ROOT / "resources" / "desktop").iterdir()):
            tar.add(file, f"{name}/share/{file.name}", filter=plain)
        tar.add(ROOT / "resources" / "icons" / "procviz.svg", f"{name}/share/procviz.svg", filter=plain)


def zip_up(app: Path, archive: Path, name: str) -> None:
    """The same as a .zip, for systems that open nothing else."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(app.rglob("*")):
            file.write(path, f"{name}/{path.relative_to(app).as_posix()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
