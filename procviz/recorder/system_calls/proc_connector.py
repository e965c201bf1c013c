"""The Linux kernel's own account of births and deaths: the netlink proc connector.

Open to ordinary users since Linux 6.6, when events could first be filtered by kind. It speaks of every process of the
machine, with the kernel's own nanoseconds of CLOCK_MONOTONIC; whose they are is `life_table.py`'s question. It does not
reach into a pid or network namespace of one's own: `open` provokes an event and takes silence for a no. Layouts:
linux/netlink.h (nlmsghdr), linux/connector.h (cn_msg), linux/cn_proc.h (proc_event).
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import struct
import threading
import time

import msgspec

_NETLINK_CONNECTOR = 11
_GROUP_PROC = 1  # CN_IDX_PROC, also the multicast group
_NLMSG_DONE = 3
_LISTEN, _IGNORE = 1, 2
_FORK, _EXEC, _EXIT = 0x1, 0x2, 0x80000000
_SO_RCVBUFFORCE = 33
_RECEIVE_BUFFER_BYTES = 16 << 20
_LARGEST_BYTES = 256  # of one event and its headers, with room for what later kernels add
_SILENCE_S = 0.2

_NLMSGHDR = struct.Struct("=IHHII")
_CN_MSG = struct.Struct("=IIIIHH")
_EVENT_AT = _NLMSGHDR.size + _CN_MSG.size
_EVENT_HEAD = struct.Struct("=IIQ")  # what, cpu, timestamp_ns
_DATA_AT = _EVENT_AT + _EVENT_HEAD.size
_FOUR = struct.Struct("=4I")
_TWO = struct.Struct("=2I")
_THREE = struct.Struct("=3I")


class KernelEvent(msgspec.Struct, frozen=True, gc=False):
    """One event of the kernel about a process.

    kind: "fork" (pid is the child, ppid its parent), "exec", "exit" (the first thread ended; status as wait() gives
    it), "thread-fork" and "thread-exit": another thread of process pid began or ended. A process ends with its last
    thread, which need not be the first, and a thread that calls exec takes the place of the first.
    """

    kind: str
    t: int  # ns of CLOCK_MONOTONIC
    pid: int
    ppid: int = 0
    status: int = 0


class KernelWitness:
    """An open subscription to the kernel's process events."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.overflows = 0  # how often the kernel had to drop events because nobody read them in time

    @classmethod
    def open(cls) -> KernelWitness:
        """Subscribe, and make sure that events really come.

        Raises OSError saying why where this kernel, container or user may not have it.
        """
        if not hasattr(socket, "AF_NETLINK"):
            raise OSError(errno.ENOSYS, "no netlink on this system")
        if _kernel_version() < (6, 6):
            raise OSError(errno.ENOSYS, "Linux before 6.6 gives process events to root only")
        sock = _subscribed(_FORK | _EXEC | _EXIT)
        try:
            _provoke_an_event(sock)
        except BaseException:
            sock.close()
            raise
        return cls(sock)

    @classmethod
    def of_execs(cls) -> KernelWitness:
        """Subscribe to nothing but exec, where `open` has worked. Raises OSError."""
        return cls(_subscribed(_EXEC))

    def fileno(self) -> int:
        """Readable when events wait."""
        return self._sock.fileno()

    def read(self) -> list[KernelEvent]:
        """All events that wait, oldest first; counts an overflow in `overflows`."""
        events: list[KernelEvent] = []
        while True:
            try:
                data = self._sock.recv(_LARGEST_BYTES)
            except BlockingIOError:
                return events
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                self.overflows += 1
                continue
            event = parse(data)
            if event is not None:
                events.append(event)

    def close(self) -> None:
        """Unsubscribe."""
        with contextlib.suppress(OSError):  # closing the socket unsubscribes as well, only later
            self._sock.send(_subscription(_IGNORE, 0))
        self._sock.close()


def parse(data: bytes) -> KernelEvent | None:
    """One datagram as an event; None for kinds that were not asked for."""
    if len(data) < _DATA_AT + _FOUR.size:
        return None
    what, _cpu, t = _EVENT_HEAD.unpack_from(data, _EVENT_AT)
    if what == _FORK:
        _parent_thread, parent, child_thread, child = _FOUR.unpack_from(data, _DATA_AT)
        is_process = child_thread == child
        return KernelEvent("fork", t, child, ppid=parent) if is_process else KernelEvent("thread-fork", t, child)
    if what == _EXEC:
        _thread, pid = _TWO.unpack_from(data, _DATA_AT)
        return KernelEvent("exec", t, pid)
    if what == _EXIT:
        thread, pid, status = _THREE.unpack_from(data, _DATA_AT)
        return KernelEvent("exit" if thread == pid else "thread-exit", t, pid, status=status)
    return None


def _kernel_version() -> tuple[int, ...]:
    return tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])


def _widen(sock: socket.socket) -> None:
    """Room for bursts: root may go beyond the system's limit, others get what it allows."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER_BYTES)
    except PermissionError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)


def _subscribed(kinds: int) -> socket.socket:
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, _NETLINK_CONNECTOR)
    try:
        _widen(sock)
        sock.bind((0, _GROUP_PROC))
        sock.setblocking(False)
        sock.send(_subscription(_LISTEN, kinds))
    except BaseException:
        sock.close()
        raise
    return sock


def _subscription(operation: int, kinds: int) -> bytes:
    body = struct.pack("=II", operation, kinds)
    message = _CN_MSG.pack(_GROUP_PROC, 1, os.getpid(), 0, len(body), 0) + body
    return _NLMSGHDR.pack(_NLMSGHDR.size + len(message), _NLMSG_DONE, 0, 0, os.getpid()) + message


def _provoke_an_event(sock: socket.socket) -> None:
    """Start a thread and wait for word of its birth.

    Inside a pid namespace the kernel takes a subscription and stays silent (its acknowledgement, an event of kind 0,
    does not pass the filter by kind), or, while somebody outside listens too, names pids that mean nothing here.
    """
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    born = (os.getpid(), thread.native_id)
    deadline = time.monotonic() + _SILENCE_S
    while (left := deadline - time.monotonic()) > 0 and select.select([sock], [], [], left)[0]:
        data = sock.recv(_LARGEST_BYTES)
        if len(data) < _DATA_AT + _FOUR.size:
            continue
        what, _cpu, _t = _EVENT_HEAD.unpack_from(data, _EVENT_AT)
        if what == _FORK:
            _thread, _process, child_thread, child = _FOUR.unpack_from(data, _DATA_AT)
            if (child, child_thread) == born:
                return
    raise OSError(errno.EACCES, "the kernel sends no events of ours, as inside a container")
