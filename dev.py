"""Everything a newcomer or a contributor does with this checkout, as one command each.

    python3 dev.py run [ARG...]     set up once, then procviz with these arguments; none: the window
    python3 dev.py test [ARG...]    set up once, then the tests; arguments go to pytest
    python3 dev.py check            format, lint, types, imports, catalogues, tests: all that must hold
    python3 dev.py catalogues       bring the translations up to date with the source
    python3 dev.py windows [ARG...] on Debian as root: make a Windows once (Wine), and run the tests in it
    python3 dev.py docs             bring what docs/ takes from the code up to date: tables of the format, rooms
    python3 dev.py benchmark        how fast procviz is, each figure beside a reference
    python3 dev.py package          make the app that needs no Python, for the system it is called on, in dist/
    python3 dev.py lock             choose the newest versions of all packages anew

Only the standard library, because nothing else is there yet, and only what Python 3.6 can read, because this file says
itself when Python is too old. It must know nothing of procviz beyond how to start it.
"""

import contextlib
import glob
import hashlib
import importlib.util
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

MINIMUM = (3, 11)
if sys.version_info < MINIMUM:
    sys.exit("procviz needs Python {}.{} or later; this is Python {}.{}.".format(*MINIMUM, *sys.version_info))

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
WINDOWS = os.name == "nt"
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if WINDOWS else os.path.join(VENV, "bin", "python")
MARKER = os.path.join(VENV, "procviz.json")  # what is set up, and from which lock files
MAKING = os.path.join(VENV, "procviz.making")  # a set-up began; with no marker beside it, it never ended
RUN_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"  # everything of the other one and the tools
PACKAGE_LOCK = "requirements-package.lock"  # what the app holds and what makes it

SIDE_BY_SIDE = ("-n", "2", "--dist", "worksteal")  # tests wait more than they work; `-n 0` runs them one by one
READER_PACKAGES = ("xvfb", "xdotool", "dbus", "at-spi2-core", "gir1.2-atspi-2.0", "python3-gi")
ON_WINDOWS = ("chart", "recorder/windows", "script", "trace", "wording")  # of tests/: what passes there by now
LINUX_ALONE = (  # of the recorder: see session/systems.py
    "guard", "linux/exits", "linux/guard", "linux/launch", "probe_inbox/doorbell", "system_calls/named_memory",
    "system_calls/pidfd", "system_calls/proc_connector",
)  # fmt: skip


class Refusal(Exception):
    """Why it cannot go on, in one sentence for whoever typed the command."""


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


# ------------------------------------------------------------------------------------------------ the commands


def run(args: list[str]) -> int:
    set_up(RUN_LOCK)
    screen = screen_kind()
    if screen or args:
        ready_for_qt(screen, must=draws(args))
        become(["-m", "procviz", *args])
    say("There is no screen here, so the playground runs without a window.")
    ready_for_qt("", must=True)
    picture = os.path.abspath("playground.png")
    code = call(["-m", "procviz", "record", "lesson:playground", "-o", picture])
    if os.path.exists(picture):
        say(f"What its processes did is drawn in {picture}")
    return code


def draws(args: Sequence[str]) -> bool:
    """Whether procviz will need Qt for this: always, unless it is a command whose output is no picture."""
    without_window = bool(args) and args[0] in ("record", "export", "report", "lessons", "-h", "--help", "--version")
    return not without_window or any(arg.lower().endswith((".png", ".svg", ".pdf")) for arg in args)


def test(args: list[str]) -> int:
    set_up(DEV_LOCK)
    ready_for_qt("", must=True)
    os.chdir(ROOT)
    if not args and windows_in_short() != 0:
        raise Refusal("The core lessons failed on Windows; the rest was not run.")
    become(["-m", "pytest", *SIDE_BY_SIDE, *args])


def check(args: list[str]) -> int:
    set_up(DEV_LOCK)
    ready_for_qt("", must=True)
    ready_for_mouse_and_reader()
    os.chdir(ROOT)
    steps: dict[str, Callable[[], int]] = {
        "format": lambda: call(["-m", "ruff", "format", "--check", "--quiet", "."]),
        "lint": lambda: call(["-m", "ruff", "check", "--quiet", "."]),
        "types": lambda: call(["-m", "mypy", "--no-error-summary"]),
        "types on Windows": lambda: types_elsewhere("win32"),
        "types on macOS": lambda: types_elsewhere("darwin"),
        "imports": lambda: call(["-c", "import sys; from importlinter.cli import lint_imports as f; sys.exit(f())"]),
        "catalogues": stale_catalogues,
        "documents": lambda: call([os.path.join("docs", "make.py"), "--check"]),
        "tests": lambda: call(["-m", "pytest", "-q", "-m", "", *SIDE_BY_SIDE, *args]),
    }
    failed = []
    for name, step in steps.items():
        say("--- " + name)
        if step() != 0:
            failed.append(name)
    say("Failed: " + ", ".join(failed) if failed else "All of it holds: " + ", ".join(steps))
    return 1 if failed else 0


def types_elsewhere(platform: str) -> int:
    """What can be known of a system that is not here."""
    files = set(glob.glob(os.path.join("procviz", "**", "*.py"), recursive=True))
    files -= {os.path.join("procviz", "recorder", *name.split("/")) + ".py" for name in LINUX_ALONE}
    options = ["--no-error-summary", "--no-warn-unreachable", "--follow-imports=silent", "--platform", platform]
    return call(["-m", "mypy", *options, "dev.py", *sorted(files)])


def catalogues(_args: list[str]) -> int:
    set_up(DEV_LOCK)
    return write_catalogues(os.path.join(ROOT, "resources", "locale"))


def windows_home() -> str:
    """Where the Windows to test on is, or will be."""
    return os.environ.get("WINDOWS_HOME", os.path.join(os.path.expanduser("~"), ".cache", "procviz-windows"))


def windows_in_short() -> int:
    """The five core lessons on Windows, where one has been made here."""
    if os.path.exists(os.path.join(windows_home(), "ready")):
        return windows([os.path.join("tests", "script", "test_core_lessons.py")])
    say("NOT TESTED: Windows. On Debian as root, `python3 dev.py windows` makes one and runs the tests in it.")
    return 0


def windows(args: list[str]) -> int:
    """The tests that have a meaning there; what is Wine's fault is marked where it stands."""
    home = windows_home()
    tests = args or [os.path.join("tests", name) for name in ON_WINDOWS]
    os.chdir(ROOT)
    return subprocess.call(
        [sys.executable, os.path.join("package", "windows_on_debian.py"), home, "-m", "pytest", "-q", *tests]
    )


def docs(_args: list[str]) -> int:
    set_up(DEV_LOCK)
    return call([os.path.join(ROOT, "docs", "make.py")])


def benchmark(args: list[str]) -> int:
    set_up(DEV_LOCK)
    ready_for_qt("", must=True)
    os.chdir(ROOT)
    become(["-m", "tests.benchmarks", *args])


def package(args: list[str]) -> int:
    """In an environment of its own, so that nothing but what is locked can get into the app."""
    use_environment(".venv-package")
    set_up(PACKAGE_LOCK)
    os.chdir(ROOT)
    return call([os.path.join(ROOT, "package", "make.py"), *args])


def lock(_args: list[str]) -> int:
    """Resolve for every platform and Python; hashes instead of servers, so that any mirror will do."""
    set_up(RUN_LOCK)
    tool = os.path.join(ROOT, "build", "uv")
    pip_install(["--upgrade", "--target", tool, "uv"])
    uv = os.path.join(tool, "bin", "uv.exe" if WINDOWS else "uv")
    options = "--quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate"
    base = [uv, "pip", "compile", *options.split(), "--no-header", "pyproject.toml"]
    whole = subprocess.call([*base, "--extra", "dev", "-o", DEV_LOCK], cwd=ROOT)
    for extra, name in (([], RUN_LOCK), (["--extra", "package"], PACKAGE_LOCK)):
        whole = whole or subprocess.call([*base, *extra, "-c", DEV_LOCK, "-o", name], cwd=ROOT)
    return whole


def call(args: Sequence[str]) -> int:
    """Run the environment's Python, wait, and give its exit code."""
    return subprocess.call([PYTHON, "-P", *args])


def become(args: Sequence[str]) -> NoReturn:
    """Be the environment's Python from now on: no process of ours stays around (Windows knows no such thing)."""
    sys.stdout.flush()
    if not WINDOWS:
        os.execv(PYTHON, [PYTHON, "-P", *args])
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(call(args))
    sys.exit(130)


# ------------------------------------------------------------------------------------------------ the environment


def use_environment(name: str) -> None:
    """Another folder than `.venv` from now on."""
    global VENV, PYTHON, MARKER, MAKING
    PYTHON, MARKER, MAKING = (path.replace(VENV, os.path.join(ROOT, name), 1) for path in (PYTHON, MARKER, MAKING))
    VENV = os.path.join(ROOT, name)


def set_up(lock_name: str) -> None:
    """Make `.venv` hold what the lock file names, unless it does already."""
    if is_set_up(lock_name):
        return
    with only_one():
        if not is_set_up(lock_name):
            make(lock_name)


def is_set_up(lock_name: str) -> bool:
    marker = read_marker()
    return (
        os.path.exists(PYTHON)
        and marker.get("python") == os.path.realpath(PYTHON)
        and marker.get("locks", {}).get(lock_name) == lock_hash(lock_name)
    )


def read_marker() -> dict[str, Any]:
    try:
        with open(MARKER, encoding="utf-8") as file:
            marker = json.load(file)
    except (OSError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def write_marker(**changes: object) -> None:
    """Whole or not at all, so that nobody reads half of it."""
    fresh = MARKER + f".{os.getpid()}"
    with open(fresh, "w", encoding="utf-8") as file:
        json.dump({**read_marker(), **changes}, file)
    os.replace(fresh, MARKER)


def lock_hash(lock_name: str) -> str:
    with open(os.path.join(ROOT, lock_name), "rb") as file:
        return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two set-ups at once take turns; the system lets go of the lock when its holder dies."""
    with open(VENV + ".lock", "w") as file:
        told = False
        while not locked(file.fileno()):
            if not told:
                say("Another set-up is under way; waiting for it.")
            told = True
            time.sleep(0.2)
        yield


def locked(fd: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def make(lock_name: str) -> None:
    say(f"Setting up {os.path.basename(VENV)}: about 100 MB to fetch, once.")
    began = time.monotonic()
    marker = read_marker()
    if marker.get("python") != os.path.realpath(PYTHON) or not os.path.exists(PYTHON):
        make_venv()
    with contextlib.suppress(FileNotFoundError):
        os.remove(MARKER)
    pip_install(["--require-hashes", "-r", os.path.join(ROOT, lock_name)])
    put_on_path()
    names = [RUN_LOCK, DEV_LOCK] if lock_name == DEV_LOCK else [lock_name]
    write_marker(python=os.path.realpath(PYTHON), locks={name: lock_hash(name) for name in names}, qt=[])
    say(f"Set up in {time.monotonic() - began:.0f} s.")


def make_venv() -> None:
    clear_the_place()
    os.mkdir(VENV)
    open(MAKING, "w").close()
    bundled_pip = importlib.util.find_spec("ensurepip") is not None
    if not bundled_pip and not own_pip():
        need_packages("python{}.{}-venv".format(*sys.version_info), "Python's own pip is missing here")
        bundled_pip = True
    made = subprocess.run(
        [sys.executable, "-m", "venv", *([] if bundled_pip else ["--without-pip"]), VENV],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode != 0:
        raise Refusal(f"Python could not make an environment in {VENV}: {last_line(made.stdout)}")


def clear_the_place() -> None:
    """Take away what an interrupted set-up or a vanished Python left; what somebody else made is kept aside."""
    if not os.path.lexists(VENV):
        return
    if os.path.exists(MAKING) or os.path.exists(MARKER) or not os.path.exists(os.path.join(VENV, "pyvenv.cfg")):
        shutil.rmtree(VENV)
        return
    aside = f"{VENV}-{time.time():.0f}"
    os.rename(VENV, aside)
    say(f"The .venv that was here is kept as {aside}")


def own_pip() -> bool:
    """Whether this Python's pip can install into an environment that has none (Debian without python3-venv)."""
    if importlib.util.find_spec("pip") is None:
        return False
    asked = subprocess.run([sys.executable, "-m", "pip", "--version"], stdout=subprocess.PIPE, text=True)
    version = asked.stdout.split()[1:2]
    return bool(version) and tuple(int(part) for part in version[0].split(".")[:2] if part.isdigit()) >= (22, 3)


def pip_install(args: Sequence[str]) -> None:
    """With the user's own pip settings (index, proxy, certificates), save those that would install elsewhere."""
    has_pip = bool(glob.glob(os.path.join(glob.escape(site_packages()), "pip")))
    pip = [PYTHON, "-m", "pip"] if has_pip else [sys.executable, "-m", "pip", "--python", PYTHON]
    options = ["install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    environment = {k: v for k, v in os.environ.items() if k not in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")}
    environment["PIP_USER"] = "0"
    process = subprocess.Popen(
        [*pip, *options, *args],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Downloading " in line and "MB)" in line:
            say("  " + line.strip())
    if process.wait() != 0:
        raise Refusal(
            "The packages could not be installed (is there a network?). pip says: " + last_line("".join(lines))
        )


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["nothing"])[-1]


def site_packages() -> str:
    pattern = ("Lib", "site-packages") if WINDOWS else ("lib", "python*", "site-packages")
    found = glob.glob(os.path.join(glob.escape(VENV), *pattern))
    if not found:
        raise Refusal(f"{VENV} holds no Python packages folder; delete it and try again.")
    return found[0]


def put_on_path() -> None:
    """Let the environment find procviz here; relative, so that the folder may move and have any name."""
    folder = site_packages()
    with open(os.path.join(folder, "procviz.pth"), "w", encoding="ascii") as file:
        file.write(os.path.relpath(ROOT, folder) + "\n")


# ------------------------------------------------------------------------------------------------ what Qt needs


def screen_kind() -> str:
    """ "x11", "wayland" or "native"; "" where there is no screen to open a window on."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return "native"
    if os.environ.get("DISPLAY"):
        return "x11"
    return "wayland" if os.environ.get("WAYLAND_DISPLAY") else ""


def ready_for_qt(screen: str, must: bool) -> None:
    """See to it that the system has what Qt links to. Found once, it is not looked for again."""
    kind = screen or "none"
    if sys.platform != "linux" or kind in read_marker().get("qt", []):
        return
    libraries = qt_libraries()
    missing = libraries["missing_libraries"](site_packages(), screen)
    if missing and (must or may_install()):
        why = f"Qt needs libraries that are missing here ({', '.join(missing)})"
        need_packages(libraries["packages_for"](missing), why)
        missing = libraries["missing_libraries"](site_packages(), screen)
        if missing:
            raise Refusal("Qt still misses " + ", ".join(missing))
    if not missing:
        write_marker(qt=[*read_marker().get("qt", []), kind])


def qt_libraries() -> dict[str, Any]:
    """procviz's own list, read as a file: the package around it cannot be imported before it is set up."""
    return runpy.run_path(os.path.join(ROOT, "procviz", "cli", "libraries.py"))


def ready_for_mouse_and_reader() -> None:
    """Bring what tests move a mouse and read the screen with, where it is ours to install packages."""
    missing = [name for name in READER_PACKAGES if not installed(name)] if may_install() else []
    try:
        if missing:
            need_packages(" ".join(missing), "The window is tested by mouse and screen reader")
        ready_for_qt("x11", must=False)
    except Refusal as refusal:
        say(str(refusal))  # those tests say then that they were not run


def installed(package: str) -> bool:
    """Whether Debian's package manager has it here."""
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    told = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return told.stdout == "installed"


def may_install() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def need_packages(packages: str, why: str) -> None:
    """Install packages of the system where that is ours to do, else say which."""
    if not may_install():
        tool = next((f"sudo {name} install" for name in ("apt", "dnf") if shutil.which(name)), "")
        cure = f"To install: {tool} {packages}" if tool else f"On Debian this brings it: {packages}"
        raise Refusal(f"{why}. {cure}")
    say(f"{why}; installing {packages}")
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages.split()]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (install, ["apt-get", "update"], install):
        done = subprocess.run(command, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if command is install and done.returncode == 0:
            return
    raise Refusal(f"{why}, and apt-get could not install {packages}: {last_line(done.stdout)}")


# ------------------------------------------------------------------------------------------------ translations


def write_catalogues(locale: str) -> int:
    return call([os.path.join(ROOT, "resources", "locale", "make.py"), locale])


def stale_catalogues() -> int:
    """0 when `catalogues` would change nothing."""
    kept = os.path.join(ROOT, "resources", "locale")
    with tempfile.TemporaryDirectory() as folder:
        fresh = os.path.join(folder, "locale")
        shutil.copytree(kept, fresh)
        if write_catalogues(fresh) != 0:
            return 1
        names = glob.glob("**/*.[pm]o", root_dir=fresh, recursive=True)
        stale = [name for name in names if contents(os.path.join(kept, name)) != contents(os.path.join(fresh, name))]
    for name in stale:
        say(f"resources/locale/{name} is behind the source: run python3 dev.py catalogues")
    return 1 if stale else 0


def contents(path: str) -> bytes:
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        return file.read()
    return b""


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    command.__name__: command for command in (run, test, check, catalogues, windows, docs, benchmark, package, lock)
}


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in COMMANDS:
        print(__doc__)
        return 0 if argv in (["-h"], ["--help"]) else 2
    try:
        return COMMANDS[argv[0]](argv[1:])
    except Refusal as refusal:
        say(str(refusal))
    except OSError as error:
        say("{}: {}".format(error.filename or "The system said", error.strerror or error))
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
