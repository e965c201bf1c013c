"""The recorder's door on a Linux that looks like macOS to it: another name, no /proc, no pidfds, but a kqueue.

What the recorder asks of kqueue is answered here as sys/event.h and its manual have it, with Linux's own means behind.
psutil and the standard library keep the real system.
"""

import multiprocessing.connection  # noqa: F401
import os
import platform
import select
import selectors
import shutil  # noqa: F401
import signal
import socket  # noqa: F401
import subprocess  # noqa: F401
import sys
import time
from pathlib import Path

import msgspec  # noqa: F401
import platformdirs.unix  # noqa: F401
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

pidfd_open, waitid, epoll = os.pidfd_open, os.waitid, select.epoll

KQ_FILTER_READ, KQ_FILTER_PROC = -1, -5
KQ_EV_ADD, KQ_EV_ENABLE, KQ_EV_ONESHOT, KQ_EV_CLEAR, KQ_EV_EOF = 1, 4, 16, 32, 0x8000
KQ_NOTE_EXIT = 0x80000000
NOTE_EXITSTATUS = 0x04000000


class kevent:  # noqa: N801
    def __init__(self, ident, filter=KQ_FILTER_READ, flags=KQ_EV_ADD, fflags=0, data=0):
        self.ident, self.filter, self.flags, self.fflags, self.data = ident, filter, flags, fflags, data


class kqueue:  # noqa: N801
    def __init__(self):
        self._epoll = epoll()
        self._asked = {}

    def fileno(self):
        return self._epoll.fileno()

    def close(self):
        self._epoll.close()

    def control(self, changes, max_events, timeout=None):
        for change in changes or ():
            self._change(change)
        if not max_events:
            return []
        ready = self._epoll.poll(-1 if timeout is None else timeout, max_events)
        return [self._event(descriptor, mask) for descriptor, mask in ready]

    def _change(self, change):
        if change.filter == KQ_FILTER_READ:
            self._asked[change.ident] = change
            self._epoll.register(change.ident, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)
            return
        pidfd = pidfd_open(change.ident)
        process = psutil.Process(change.ident)
        if process.status() == psutil.STATUS_ZOMBIE:
            raise ProcessLookupError(change.ident)
        if change.fflags & NOTE_EXITSTATUS and process.ppid() != os.getpid():
            os.close(pidfd)
            raise PermissionError(change.ident)
        self._asked[pidfd] = change
        self._epoll.register(pidfd, select.EPOLLIN)

    def _event(self, descriptor, mask):
        change = self._asked[descriptor]
        if change.filter == KQ_FILTER_READ:
            ended = mask & (select.EPOLLRDHUP | select.EPOLLHUP)
            return kevent(change.ident, change.filter, KQ_EV_CLEAR | (KQ_EV_EOF if ended else 0))
        data = 0
        if change.fflags & NOTE_EXITSTATUS:
            told = waitid(os.P_PIDFD, descriptor, os.WEXITED | os.WNOWAIT)
            data = told.si_status << 8 if told.si_code == os.CLD_EXITED else told.si_status
        self._epoll.unregister(descriptor)
        os.close(descriptor)
        return kevent(change.ident, change.filter, KQ_EV_EOF | KQ_EV_ONESHOT, change.fflags, data)


def refuse_proc(event, args):
    if event == "open" and str(args[0]).startswith("/proc/"):
        frame = sys._getframe(1)
        if str(frame.f_globals.get("__name__")).startswith("procviz"):
            raise FileNotFoundError(args[0])


for value in (kevent, kqueue):
    setattr(select, value.__name__, value)
for name in [name for name in globals() if name.startswith("KQ_")]:
    setattr(select, name, globals()[name])
for module, name in (
    (os, "pidfd_open"), (os, "waitid"), (os, "eventfd"), (os, "sched_getaffinity"), (select, "epoll"),
    (signal, "pidfd_send_signal"), (time, "clock_gettime_ns"), (time, "CLOCK_BOOTTIME"),
):  # fmt: skip
    delattr(module, name)
platform.uname()
assert selectors.DefaultSelector
sys.platform = "darwin"
sys.addaudithook(refuse_proc)

from procviz.recorder.__main__ import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
