"""The kernel's own account of every process of a run, to hold procviz's report against.

Two netlink sockets are opened before the run and read only after it, so nothing of ours runs beside the program:
the proc connector (linux/cn_proc.h) tells forks, execs and exits with the kernel's nanoseconds of CLOCK_MONOTONIC and
the wait status; taskstats (linux/taskstats.h, root only) tells what each thread used. Shares no line with procviz.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType

_BUFFER_BYTES = 128 << 20
_BUFFER_OPTIONS = (33, 8)  # SO_RCVBUFFORCE, SO_RCVBUF
_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_FORK, _EXEC, _EXIT = 1, 2, 1 << 31


class NotAvailable(Exception):
    """Why the kernel gives no account here."""


@dataclass(slots=True, eq=False)
class Entry:
    """One process as the kernel saw it. CPU time and peak memory are None where taskstats was not to be had."""

    pid: int
    born_ns: int
    parent: Entry | None = field(repr=False)
    ppid: int
    execs: int = 0
    ended_ns: int | None = None  # of its last thread
    status: int | None = None
    threads_ended: int = 0
    cpu_ns: int | None = None
    peak_bytes: int | None = None
    _leader_status: int | None = field(default=None, repr=False)

    @property
    def exitcode(self) -> int | None:
        """As multiprocessing says it: -N after signal N."""
        return None if self.status is None else os.waitstatus_to_exitcode(self.status & ~0x80)

    def thread_ended(self, t: int, status: int, *, leader: bool) -> None:
        """One of its threads is gone: the last one decides, unless only the first was told a code."""
        self.ended_ns = max(t, self.ended_ns or 0)
        self.threads_ended += 1
        if leader:
            self._leader_status = status
        self.status = status or self._leader_status or 0


class KernelAccount:
    """`with KernelAccount() as account: run()`, then `account.of(pid)`. Raises NotAvailable on entry."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._current: dict[int, Entry] = {}
        self._again: set[int] = set()  # pids that came more than once: taskstats cannot tell them apart

    def __enter__(self) -> KernelAccount:
        self._events = _Events()
        self._usage = _Usage.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        try:
            if kind is None:
                self.read()
        finally:
            self._events.close()
            if self._usage is not None:
                self._usage.close()

    @property
    def knows_usage(self) -> bool:
        """Whether CPU time and memory were to be had."""
        return self._usage is not None

    def of(self, pid: int) -> list[Entry]:
        """The newest process with this pid and everything that descends from it, in order of birth."""
        found: set[Entry] = set()
        for entry in self.entries:
            if entry is self._current.get(pid) or entry.parent in found:
                found.add(entry)
        return [entry for entry in self.entries if entry in found]

    def read(self) -> None:
        """Take in all that the kernel has told until now."""
        for what, t, a, b, c, d in self._events.read():
            if what == _FORK:
                if c == d:
                    self._born(pid=d, ppid=b, t=t)
            elif (entry := self._current.get(b)) is not None:
                if what == _EXEC:
                    entry.execs += 1
                else:
                    entry.thread_ended(t, c, leader=a == b)
        if self._usage is not None:
            for pid, cpu_ns, peak_bytes in self._usage.read():
                self._used(pid, cpu_ns, peak_bytes)

    def _born(self, pid: int, ppid: int, t: int) -> None:
        if pid in self._current:
            self._again.add(pid)
        self._current[pid] = entry = Entry(pid, t, self._current.get(ppid), ppid)
        self.entries.append(entry)

    def _used(self, pid: int, cpu_ns: int, peak_bytes: int) -> None:
        entry = self._current.get(pid)
        if entry is not None and pid not in self._again:
            entry.cpu_ns = (entry.cpu_ns or 0) + cpu_ns
            entry.peak_bytes = max(entry.peak_bytes or 0, peak_bytes)


def why_not() -> str | None:
    """Why there is no account here; None where there is one."""
    try:
        with KernelAccount() as account:
            pid = os.posix_spawn("/bin/true", ["true"], {})
            os.waitpid(pid, 0)
    except NotAvailable as reason:
        return str(reason)
    ended = [entry.exitcode for entry in account.entries if entry.pid == pid]
    return None if ended == [0] else "the kernel sends no events, as inside a container"


class _Events:
    """The proc connector."""

    def __init__(self) -> None:
        self._socket = _netlink(11, (0, 1))
        try:
            self._subscribe(1)
        except OSError as error:
            self._socket.close()
            raise NotAvailable(f"proc connector: {error.strerror}") from None

    def _subscribe(self, operation: int) -> None:
        body = struct.pack("=2I", operation, _FORK | _EXEC | _EXIT)  # kernels before 6.6 want the first word only
        if _release() < (6, 6):
            body = body[:4]
        message = struct.pack("=4I2H", 1, 1, 0, 0, len(body), 0) + body
        self._socket.send(_HEADER.pack(_HEADER.size + len(message), 3, 0, 0, 0) + message)

    def read(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        """(kind, time, four words of the event); fork: parent, its process, child, its process."""
        for data in _waiting(self._socket):
            what, _cpu, t = struct.unpack_from("=IIQ", data, 36)
            if what in (_FORK, _EXEC, _EXIT):
                yield (what, t, *struct.unpack("=4I", data[52:68].ljust(16, b"\0")))

    def close(self) -> None:
        self._subscribe(2)
        self._socket.close()


class _Usage:
    """taskstats: one message for each thread that ends."""

    @classmethod
    def open(cls) -> _Usage | None:
        """None where this user may not have it."""
        try:
            return cls()
        except (OSError, NotAvailable):
            return None

    def __init__(self) -> None:
        self._socket = _netlink(16, (0, 0))
        with open("/sys/devices/system/cpu/possible", "rb") as file:
            self._cpus = file.read().strip() + b"\0"
        self._family = 0
        try:
            self._family = self._find_family()
            self._ask(self._family, 1, 3, self._cpus)
        except OSError:
            self._socket.close()
            raise

    def _find_family(self) -> int:
        reply = self._ask(16, 3, 2, b"TASKSTATS\0")
        found = dict(_attributes(reply[20:]))
        return int(struct.unpack_from("=H", found[1])[0])

    def _ask(self, family: int, command: int, attribute: int, value: bytes) -> bytes:
        """Send a request and wait for its answer; an error in it is raised."""
        body = struct.pack("=BBH", command, 1, 0) + struct.pack("=HH", 4 + len(value), attribute) + value
        body += b"\0" * (-len(body) % 4)
        acknowledge = 5
        self._socket.send(_HEADER.pack(_HEADER.size + len(body), family, acknowledge, 1, 0) + body)
        answer = b""
        while True:
            data = self._socket.recv(1 << 16)
            kind = _HEADER.unpack_from(data)[1]
            if kind == 2:
                (code,) = struct.unpack_from("=i", data, _HEADER.size)
                if code:
                    raise OSError(-code, os.strerror(-code))
                return answer
            answer = data

    def read(self) -> Iterator[tuple[int, int, int]]:
        """(process, CPU ns, peak resident bytes) for each thread."""
        for data in _waiting(self._socket):
            for kind, inner in _attributes(data[20:]):
                if kind == 4:  # TASKSTATS_TYPE_AGGR_PID
                    for part, stats in _attributes(inner):
                        if part == 3 and len(stats) >= 372:  # TASKSTATS_TYPE_STATS from version 12 on
                            (cpu_ns,) = struct.unpack_from("=Q", stats, 72)
                            (peak_kb,) = struct.unpack_from("=Q", stats, 200)
                            (process,) = struct.unpack_from("=I", stats, 368)
                            yield process, cpu_ns, peak_kb << 10

    def close(self) -> None:
        self._socket.close()  # the kernel forgets a listener whose socket is gone


def _netlink(protocol: int, address: tuple[int, int]) -> socket.socket:
    if not hasattr(socket, "AF_NETLINK"):
        raise NotAvailable("no netlink on this system")
    try:
        opened = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, protocol)
    except OSError as error:
        raise NotAvailable(f"netlink: {error.strerror}") from None
    for option in _BUFFER_OPTIONS:
        try:
            opened.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
            break
        except PermissionError:
            continue
    try:
        opened.bind(address)
    except OSError as error:
        opened.close()
        raise NotAvailable(f"netlink: {error.strerror}") from None
    return opened


def _waiting(sock: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            yield sock.recv(1 << 16, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                raise NotAvailable("too much happened: the kernel dropped events") from None
            raise


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            return
        yield kind & 0x3FFF, data[4:length]
        data = data[(length + 3) & ~3 :]


def _release() -> tuple[int, ...]:
    return tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])
