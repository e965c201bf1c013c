"""Starting the program: a fork that waits for the word, so that every witness is in place before its first line.

The program gets a session of its own without a controlling terminal (a session leader's end would hang up on its
children), the signal dispositions that stood before the guard ignored them, and stops with the recorder.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import time

from procviz.recorder.output.streams import Stream
from procviz.recorder.system_calls.dispositions import Dispositions
from procviz.recorder.system_calls.prctl import stop_with_parent

_RESTORED = ("SIGPIPE", "SIGXFSZ")  # Python itself ignores these; programs expect the default
_NO_EXEC = 127


class Launched:
    """The program's first process, forked and waiting to become the program. `begin_ns` to `forked_ns` is the fork."""

    def __init__(self, pid: int, begin_ns: int, forked_ns: int, go: int, failure: int) -> None:
        self.pid = pid
        self.begin_ns = begin_ns
        self.forked_ns = forked_ns
        self._go = go
        self._failure = failure

    def go(self) -> None:
        """Let it become the program. Raises OSError saying why it could not."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._go, b"g")
        os.close(self._go)
        with os.fdopen(self._failure, "rb") as file:
            report = file.read()
        if report:
            os.waitpid(self.pid, 0)
            code = int(report)
            raise OSError(code, os.strerror(code))


def launch(
    command: list[str],
    cwd: str,
    variables: dict[str, str],
    streams: list[Stream],
    stdin: int,
    before: Dispositions,
) -> Launched:
    """Fork the program's first process; it waits for `go`."""
    go_read, go_write = os.pipe()
    failure_read, failure_write = os.pipe()
    begin_ns = time.monotonic_ns()
    pid = os.fork()
    if pid == 0:
        _become(command, cwd, variables, streams, stdin, before, go_read, failure_write)
    forked_ns = time.monotonic_ns()
    os.close(go_read)
    os.close(failure_write)
    for stream in streams:
        os.close(stream.write_end)
    return Launched(pid, begin_ns, forked_ns, go_write, failure_read)


def _become(
    command: list[str],
    cwd: str,
    variables: dict[str, str],
    streams: list[Stream],
    stdin: int,
    before: Dispositions,
    go: int,
    failure: int,
) -> None:
    """In the child: never returns."""
    recorder = os.getppid()
    try:
        os.setsid()
        stop_with_parent()
        if os.getppid() != recorder or os.read(go, 1) != b"g":
            os._exit(_NO_EXEC)
        _restore(before)
        _connect(streams, stdin)
        os.chdir(cwd)
        os.execvpe(command[0], command, variables)
    except OSError as error:
        os.write(failure, b"%d" % (error.errno or errno.EIO))
    finally:
        os._exit(_NO_EXEC)


def _restore(before: Dispositions) -> None:
    for signum, handler in before.items():
        signal.signal(signum, signal.SIG_IGN if handler is signal.SIG_IGN else signal.SIG_DFL)
    for name in _RESTORED:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    if sys.platform != "win32":
        from procviz.recorder import limits

        limits.restore()


def _connect(streams: list[Stream], stdin: int) -> None:
    wanted = [stdin, streams[0].write_end, streams[-1].write_end]
    for target, descriptor in enumerate(wanted):
        if descriptor == target:
            os.set_inheritable(descriptor, True)
        else:
            os.dup2(descriptor, target)
