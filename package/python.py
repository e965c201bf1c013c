"""The app's own Python: what runs lessons where no Python is installed. It reads the command line as `python` does.

This becomes an executable of its own that holds the standard library and nothing of procviz. Whatever starts it (the
recorder, multiprocessing, a program that runs `sys.executable`) takes it for a Python, so no start method needs a
special case. It cannot be told to leave out the site module: it has none.
"""

from __future__ import annotations

import builtins
import io
import os
import sys

__name__ = "procviz_python"  # the script that is run becomes `__main__`; this file must not look like a part of it
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any

_OURS = ("_PYI_", "_MEIPASS2")
_TAKE_VALUE = ("-W", "-X", "--check-hash-based-pycs")


def _be_an_ordinary_python() -> None:
    """Undo what the app's start-up did, before anybody looks."""
    vars(sys).pop("frozen", None)  # multiprocessing would start its children otherwise than everywhere else
    sys.orig_argv = [sys.executable, *sys.argv[1:]]
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is not None:
        os.environ["LD_LIBRARY_PATH"] = original
    elif sys.platform.startswith("linux"):
        os.environ.pop("LD_LIBRARY_PATH", None)
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    builtins.exit = builtins.quit = _Quitter()


class _Quitter:
    """What the site module would have put there."""

    def __call__(self, code: object = None) -> None:
        raise SystemExit(code)

    def __repr__(self) -> str:
        return "Use exit() or Ctrl-D (i.e. EOF) to exit"


def _read_options(words: list[str]) -> tuple[list[str], str, list[str]]:
    """What stands in front of the program, the kind of program, and the words that are its own."""
    options = []
    while words:
        word = words[0]
        if word in ("-c", "-m"):
            return options, word, words[1:]
        if word == "-" or not word.startswith("-"):
            return options, "file", words
        options.append(words.pop(0))
        if word in _TAKE_VALUE:
            options.append(words.pop(0))
    return options, "stdin", []


def _letters(options: list[str]) -> str:
    return "".join(option[1:] for option in options if not option.startswith(("--", "-W", "-X")))


def _obey(options: list[str]) -> None:
    """The options and variables that a program would notice. The others make no difference here."""
    if "u" in _letters(options) or os.environ.get("PYTHONUNBUFFERED"):
        _unbuffer("stdout")
        _unbuffer("stderr")
    if encoding := os.environ.get("PYTHONIOENCODING"):
        name, _, errors = encoding.partition(":")
        for stream in (sys.stdin, sys.stdout):
            stream.reconfigure(encoding=name or None, errors=errors or None)
    _warn(options)


def _unbuffer(name: str) -> None:
    stream = getattr(sys, name)
    raw = io.FileIO(stream.fileno(), "wb", closefd=False)
    text = io.TextIOWrapper(
        raw, stream.encoding, stream.errors, "\n" if os.name == "posix" else None, write_through=True
    )
    text.mode = "w"
    setattr(sys, name, text)
    setattr(sys, f"__{name}__", text)


def _warn(options: list[str]) -> None:
    wanted = [part for part in os.environ.get("PYTHONWARNINGS", "").split(",") if part]
    wanted += [option[2:] for option in options if option.startswith("-W") and len(option) > 2]
    wanted += [options[at + 1] for at, option in enumerate(options) if option == "-W"]
    if wanted:
        import warnings

        sys.warnoptions[:] = wanted
        warnings._processoptions(wanted)


def _load_customization() -> None:
    """As the site module does, which an app has not: the folders of PYTHONPATH, then sitecustomize from them."""
    added = [os.path.abspath(part) for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    sys.path[:0] = added
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if error.name != "sitecustomize":
            raise


def _fresh_main() -> Any:
    module = type(sys)("__main__")
    module.__builtins__ = builtins
    if sys.version_info < (3, 14):
        module.__annotations__ = {}
    sys.modules["__main__"] = module
    return module


def _run_file(path: str) -> None:
    from importlib.machinery import SourceFileLoader

    absolute = os.path.abspath(path)
    if os.path.isdir(absolute) or absolute.endswith((".zip", ".pyz")):
        import runpy

        runpy.run_path(absolute, run_name="__main__")
        return
    try:
        with open(absolute, "rb") as file:
            source = file.read()
    except OSError as error:
        text = f"{sys.executable}: can't open file {absolute!r}: [Errno {error.errno}] {error.strerror}"
        print(text, file=sys.stderr)
        raise SystemExit(2) from None
    sys.path.insert(0, os.path.dirname(os.path.realpath(absolute)))
    main = _fresh_main()
    main.__file__, main.__cached__ = absolute, None
    main.__loader__ = SourceFileLoader("__main__", absolute)
    exec(compile(source, absolute, "exec", dont_inherit=True), main.__dict__)
    # As Python does once a file's last line is done.
    main.__dict__.pop("__file__", None)
    main.__dict__.pop("__cached__", None)


def _run_code(code: str, name: str) -> None:
    main = _fresh_main()
    if sys.version_info >= (3, 13):  # from then on tracebacks show such lines too
        import linecache

        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    exec(compile(code, name, "exec", dont_inherit=True), main.__dict__)


def _run_module(name: str) -> None:
    import runpy

    sys.path.insert(0, os.getcwd())
    _fresh_main()
    runpy._run_module_as_main(name)


def _run_stdin() -> None:
    if sys.stdin is not None and sys.stdin.isatty():
        import code

        sys.path.insert(0, "")
        code.interact(local=_fresh_main().__dict__)
    elif sys.stdin is not None:
        sys.path.insert(0, "")
        _run_code(sys.stdin.read(), "<stdin>")


def _program(kind: str, words: list[str]) -> Callable[[], object]:
    """What to run, with sys.argv as the site module would see it."""
    if kind == "-c":
        sys.argv[:] = ["-c", *words[1:]]
        return lambda: (sys.path.insert(0, ""), _run_code(words[0], "<string>"))
    if kind == "-m":
        sys.argv[:] = ["-m", *words[1:]]
        return lambda: _run_module(words[0])
    if kind == "file" and words[0] != "-":
        sys.argv[:] = words
        return lambda: _run_file(words[0])
    sys.argv[:] = words or [""]
    return _run_stdin


def _show(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
    """An uncaught exception, as Python shows it: with no line of this file."""
    while trace is not None and trace.tb_frame.f_globals.get("__name__") == __name__:
        trace = trace.tb_next
    value.__traceback__ = trace
    sys.last_type, sys.last_value, sys.last_traceback = kind, value, trace
    _flush()
    sys.audit("sys.excepthook", sys.excepthook, kind, value, trace)
    sys.excepthook(kind, value, trace)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105  # contextlib is nothing that a program finds loaded already
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass


def _leave_something_to_flush() -> None:
    """The app flushes sys.stdout once the program is done, and would complain about one that the program closed."""
    if sys.stdout is None or sys.stdout.closed:
        sys.stdout = sys.__stdout__ = io.StringIO()


class _Ending:
    """Ctrl-C ends a Python by the signal itself, once everything else is done: whoever waits for it shall see that."""

    interrupted = False

    def __call__(self) -> None:
        if not self.interrupted:
            return
        import signal

        _flush()
        if os.name == "posix":
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        os._exit(0xC000013A)


def _main() -> None:
    import atexit

    words = sys.argv[1:]
    if words[:1] and words[0] in ("-V", "--version"):
        print("Python " + sys.version.partition(" ")[0])
        return
    _be_an_ordinary_python()
    ending = _Ending()
    atexit.register(ending)  # the first one in is the last one to run
    options, kind, words = _read_options(words)
    run = _program(kind, words)
    _obey(options)
    try:
        _load_customization()
        run()
        _leave_something_to_flush()
    except SystemExit:
        raise
    except BaseException as error:
        _show(type(error), error, error.__traceback__)
        ending.interrupted = isinstance(error, KeyboardInterrupt)
        raise SystemExit(1) from None


_main()
