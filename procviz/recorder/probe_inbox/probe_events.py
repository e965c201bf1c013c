"""The probe's facts as they arrive: one JSON object per line of the run's events file.

This is the vocabulary that `probe/procviz_probe.py` writes; that file imports nothing, so this one holds the types.
Fields that an event does not need are left out. One line is at most 4000 bytes. One that begins with a single quote
in its bracket has single quotes throughout, and none in a text.

    e               fields beyond e, t, pid (t: perf_counter_ns, the same clock as monotonic_ns on Linux)
    hello           ppid, version, argv (sys.orig_argv), exe, role ("", spawn, forkserver, resource-tracker),
                    born (it was born by then)
    forked          ppid, born, t0 (before the fork, in the parent): first code in a child made by os.fork
                    (none of the three, and no `forks`, where PROCVIZ_KERNEL says that the kernel tells of births; there
                    a child of multiprocessing tells it with its `target-began`)
    forks           -                                  nothing but `forks`, which any event may have: the children that
                    this process made since its last event, three numbers each: made between (ns) and (ns), pid (0
                    where the child's own `forked` tells it, with the same t0)
    child           name, daemon, method, target: a multiprocessing child tells who it is, just before its target
    target-began    -
    target-ended    outcome, exitcode, exc, msg, tb    (outcome: returned, exception, sys-exit)
    code-ended      outcome, exitcode, exc, msg, tb    the main script's last line is done. No outcome: `python -c`
                    ended without an exception; no exitcode with sys-exit: SystemExit was raised by hand. A spawned
                    child that fails before its target tells code-ended with the exception.
    exit-began      cpu, peak                          exit handlers begin (threads have been joined before); CPU time
                    (ns) and most resident memory (KiB; 0: not known) until then
    call            n, call, tpid, sig, timeout, implicit, file, line, name, daemon, method, target, argv, exitcode,
                    cpu, peak
                    (n: number unique within pid among the calls that go on; call: start, join, wait, communicate,
                    terminate, kill, interrupt, close, os.kill, os.killpg, raise_signal, pthread_kill,
                    pidfd_send_signal, exec, os._exit, popen, os.system, posix_spawn; name..target: of the Process for
                    start, which is told when it is over where that is a plain fork; argv: of popen; exitcode, cpu,
                    peak: of os._exit; tpid of os.killpg and of os.kill with a negative one: the group; group: the
                    pids of its members then, where they are known). `wait` and `communicate` are of Popen. Told just
                    before they are made, never followed by `called`: os.kill, os.killpg, raise_signal, pthread_kill,
                    pidfd_send_signal without error, exec, os._exit, os.system, posix_spawn, terminate and kill of a
                    subprocess.Popen, terminate with implicit.
    called          n, tpid, result, error
    reaped          tpid, exitcode, via                this process learnt that its child is gone, in a call of `via`
                    (join, start, active_children, is_alive, exitcode, wait, communicate, poll, exit; by the
                    library itself: del, popen, pool, executor, asyncio; none where that is not known)
    deed            deed, thing, name, sig, file, line see `records.Deed`, which takes over every word
    write           t1, fd, text | b64 | sums, size    a write through sys.stdout / sys.stderr reached the system: began
                    t, ended t1; text cut to what fits on a line, size is the full number of bytes. Only writes to the
                    files that were standard output and error of the run's first process are told. A process that
                    writes very often tells of many in one: checksum and size of each, four bytes each, in base64.
    tempdir         path                               multiprocessing made a pymp-* folder
    probe-error     msg, tb                            the probe failed at something (and carried on)

`tid` is the thread, where it is not the main one (always there where thread ids are no process ids). Lines of several
processes stand in the order of writing, which is not quite that of `t`; a line may be torn only on a full disk.
"""

from __future__ import annotations

import os
import sys

import msgspec


class ProbeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the events file, whatever its kind; see the table above for who sets what."""

    e: str
    t: int
    pid: int
    tid: int | None = None
    ppid: int | None = None
    t0: int | None = None
    t1: int | None = None
    version: str | None = None
    argv: list[str] | None = None
    exe: str | None = None
    role: str | None = None
    name: str | None = None
    daemon: bool | None = None
    method: str | None = None
    target: str | None = None
    outcome: str | None = None
    exitcode: int | None = None
    exc: str | None = None
    msg: str | None = None
    tb: str | None = None
    n: int | None = None
    call: str | None = None
    tpid: int | None = None
    sig: int | None = None
    group: list[int] | None = None
    timeout: float | None = None
    implicit: bool = False
    file: str | None = None
    line: int | None = None
    result: int | None = None
    error: str | None = None
    fd: int | None = None
    text: str | None = None
    b64: str | None = None
    size: int | None = None
    sums: str | None = None
    path: str | None = None
    born: int | None = None
    forks: list[int] | None = None
    via: str | None = None
    cpu: int | None = None
    peak: int | None = None
    deed: str | None = None
    thing: str | None = None


_decoder = msgspec.json.Decoder(ProbeEvent)


def decode(line: bytes) -> ProbeEvent:
    """One line as an event. Raises msgspec.DecodeError or UnicodeDecodeError where it is none."""
    return _decoder.decode(line.replace(b"'", b'"') if line.startswith(b"{'") else line)


_CHUNK_BYTES = 1 << 17
_PUNCH_BYTES = 16 << 20


class Tail:
    """Reads the events file while it grows; what was read is given back to the system when it gets large.

    Not for Windows, see `inbox.py`.
    """

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        self._read_bytes = 0
        self._punched_bytes = 0
        self._partial = b""
        self.unreadable = 0  # lines that are no event

    @property
    def grown(self) -> bool:
        """Whether there is something to read."""
        return self.unread_bytes > 0

    @property
    def unread_bytes(self) -> int:
        """How much there is to read."""
        return os.fstat(self._file).st_size - self._read_bytes

    def read(self) -> list[ProbeEvent]:
        """The events of up to one chunk of the file; [] when nothing is new."""
        if sys.platform == "win32":
            raise NotImplementedError
        data = os.pread(self._file, _CHUNK_BYTES, self._read_bytes)
        if not data:
            return []
        self._read_bytes += len(data)
        if self._read_bytes - self._punched_bytes > _PUNCH_BYTES:
            self._punch()
        *lines, self._partial = (self._partial + data).split(b"\n")
        return [event for line in lines if (event := self._decode(line)) is not None]

    def close(self) -> None:
        """Stop reading."""
        os.close(self._file)

    def _decode(self, line: bytes) -> ProbeEvent | None:
        try:
            return decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.unreadable += 1
            return None

    def _punch(self) -> None:
        """Free the pages that were read: a program that prints a lot would fill the memory behind the file."""
        if sys.platform == "linux":
            import ctypes

            keep_size_and_punch_hole = 0x01 | 0x02
            length = ctypes.c_long(self._read_bytes)
            ctypes.CDLL(None).fallocate(self._file, keep_size_and_punch_hole, ctypes.c_long(0), length)
        self._punched_bytes = self._read_bytes
