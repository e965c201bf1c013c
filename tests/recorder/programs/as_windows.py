"""The recorder's door on a Linux that looks like Windows to it: no fork, no signals, no /proc, but a kernel32.

What the recorder asks of kernel32 is answered here as its documentation has it, with Linux's own means behind: whoever
descends from the recorder is in the job. psutil and the standard library keep the real system.
"""

import contextlib
import ctypes
import multiprocessing.connection
import os
import platform
import queue
import select
import selectors
import shutil  # noqa: F401
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import msgspec  # noqa: F401
import platformdirs.unix  # noqa: F401
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from procviz.recorder.session import environment
from procviz.recorder.system_calls import pidfd, process_tree

ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans stay below us, that is in the job
EPOCH = 116_444_736_000_000_000
TERMINATED = 0x10000
open_pidfd, waitid, kill, readable, read_stat = os.pidfd_open, os.waitid, os.kill, select.select, process_tree.read_stat
boot_ns = time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
SIGKILL, FLAGS, P_PIDFD = signal.SIGKILL, os.WEXITED | os.WNOWAIT, os.P_PIDFD


def members():
    """The living below us; /proc as it was before it was taken away."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
                parents[int(name)] = (int(fields[1]), fields[0])
    found, waiting = [], [os.getpid()]
    while waiting:
        above = waiting.pop()
        below = [pid for pid, (parent, _state) in parents.items() if parent == above]
        waiting += below
        found += [pid for pid in below if parents[pid][1] not in (b"Z", b"X")]
    return found


class Process:
    def __init__(self, pid):
        self.pid = pid
        self.fd = open_pidfd(pid)
        with open(f"/proc/{pid}/stat", "rb") as file:
            ticks = int(file.read().rpartition(b")")[2].split()[19])
        self.began = (boot_ns + ticks * 10_000_000) // 100
        self.ended = 0

    def over(self):
        if not readable([self.fd], [], [], 0)[0]:
            return False
        self.ended = self.ended or time.time_ns() // 100
        return True

    def code(self):
        try:
            told = waitid(P_PIDFD, self.fd, FLAGS)
        except ChildProcessError:
            until = time.monotonic() + 2
            while (status := pidfd.exit_status(self.fd)) is None and time.monotonic() < until:
                time.sleep(0.001)  # its parent is about to wait for it
            code = os.waitstatus_to_exitcode(status or 0)
        else:
            code = told.si_status if told.si_code == os.CLD_EXITED else -told.si_status
        return TERMINATED if code < 0 else code


class Kernel32:
    def __init__(self):
        self.handles = {}
        self.messages = queue.Queue()
        self.error = 0

    def _watch(self):
        known = set()
        while True:
            now = set(members())
            for pid in now - known:
                self.messages.put((6, pid))
            for process in list(self.handles.values()):
                process.over()
            for pid in known - now:
                self.messages.put((7, pid))
            known = now
            time.sleep(0.003)

    def CreateJobObjectW(self, security, name):
        return 1

    def SetInformationJobObject(self, job, kind, information, size):
        return 1

    def AssignProcessToJobObject(self, job, process):
        threading.Thread(target=self._watch, daemon=True).start()
        return 1

    def GetCurrentProcess(self):
        return 0xFFFFFFFFFFFFFFFF

    def CreateIoCompletionPort(self, file, port, key, threads):
        return 2

    def GetQueuedCompletionStatus(self, port, message, key, pid, milliseconds):
        message._obj.value, pid._obj.value = self.messages.get()
        return 1

    def QueryInformationJobObject(self, job, kind, told, size, needed):
        pids = [os.getpid(), *members()]
        told._obj.Assigned = len(pids)
        if len(pids) > len(told._obj.Ids):
            self.error = 234
            return 0
        told._obj.Listed = len(pids)
        told._obj.Ids[: len(pids)] = pids
        return 1

    def IsProcessInJob(self, process, job, answer):
        answer._obj.value = self.handles[process].pid in members()
        return 1

    def OpenProcess(self, rights, inherit, pid):
        with contextlib.suppress(OSError):
            process = Process(pid)
            self.handles[1000 + process.fd] = process
            return 1000 + process.fd
        return None

    def WaitForSingleObject(self, handle, milliseconds):
        return 0 if self.handles[handle].over() else 258

    def GetExitCodeProcess(self, handle, code):
        code._obj.value = self.handles[handle].code()
        return 1

    def GetProcessTimes(self, handle, began, ended, kernel, user):
        process = self.handles[handle]
        began._obj.value = process.began + EPOCH
        ended._obj.value = process.ended + EPOCH
        return 1

    def GetSystemTimePreciseAsFileTime(self, now):
        now._obj.value = time.time_ns() // 100 + EPOCH

    def TerminateProcess(self, handle, code):
        with contextlib.suppress(ProcessLookupError):
            signal_pidfd(self.handles[handle].fd, SIGKILL)
        return 1

    def CloseHandle(self, handle):
        os.close(self.handles.pop(handle).fd)
        return 1


class Popen(subprocess.Popen):
    def __init__(self, *args, creationflags=0, **options):
        super().__init__(*args, preexec_fn=as_it_began, **options)


def as_it_began():
    """Windows lets nobody inherit what is ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, 1, 13):
        signal.signal(number, signal.SIG_DFL)


signal_pidfd = signal.pidfd_send_signal
kernel32 = Kernel32()
calls = {name: getattr(kernel32, name) for name in dir(kernel32) if name[0].isupper()}
library = types.SimpleNamespace(**{name: (lambda f: lambda *a: f(*a))(call) for name, call in calls.items()})
ctypes.WinDLL = lambda name, use_last_error: library
ctypes.get_last_error = lambda: kernel32.error
sys.modules["msvcrt"] = types.SimpleNamespace(open_osfhandle=lambda handle, flags: handle)
os.set_handle_inheritable = os.set_inheritable
os.O_BINARY, os.O_NOINHERIT = 0, os.O_CLOEXEC
os.environ["TEMP"] = os.environ.get("XDG_RUNTIME_DIR", "/tmp")
subprocess.Popen = Popen
pair_of_sockets, unix = socket.socketpair, socket.AF_UNIX
socket.socketpair = lambda: pair_of_sockets(unix)
selectors.DefaultSelector = selectors.SelectSelector
for_the_probe = environment._for_the_probe


def one_file(*args):
    """The real probe writes one file, as on Linux; that it writes several on Windows is tested apart."""
    variables = for_the_probe(*args)
    return variables | {"PROCVIZ_EVENTS": variables["PROCVIZ_EVENTS"] + "-1-1"}


def make_file():
    """And does not create it."""
    while True:
        for name in os.listdir(os.environ["TEMP"]):
            path = os.path.join(os.environ["TEMP"], name, "owner")
            if name.startswith("procviz-run-") and os.path.exists(path):
                with open(path) as file:
                    if str(os.getpid()) in file.read().split():
                        with open(os.path.join(os.path.dirname(path), "events-1-1"), "ab"):
                            return
        time.sleep(0.001)


def refuse_proc(event, args):
    if event == "open" and str(args[0]).startswith("/proc/"):
        frame = sys._getframe(1)  # which is an event too
        if str(frame.f_globals.get("__name__")).startswith("procviz"):
            raise FileNotFoundError(args[0])


environment._for_the_probe = one_file
platform.uname()
whole = {module: types.SimpleNamespace(**vars(module)) for module in (os, signal, select, time)}
for user in (subprocess, psutil, psutil._pslinux, psutil._psposix, psutil._common, multiprocessing.connection):
    for module, copy in whole.items():
        if hasattr(user, module.__name__):
            setattr(user, module.__name__, copy)
for module, names in {
    os: "fork pidfd_open waitid wait4 killpg openpty sysconf uname pread eventfd O_CLOEXEC getuid geteuid "
    "register_at_fork sched_getaffinity setsid getsid WNOHANG WEXITED WNOWAIT P_PIDFD P_PID",
    select: "epoll poll",
    socket: "AF_UNIX AF_NETLINK SOCK_CLOEXEC CMSG_LEN MSG_CMSG_CLOEXEC",
    signal: "SIGKILL SIGSTOP SIGCONT SIGHUP SIGQUIT SIGTSTP pidfd_send_signal",
    time: "clock_gettime_ns CLOCK_BOOTTIME",
}.items():
    for name in names.split():
        delattr(module, name)
for name in ("fcntl", "termios", "pty", "tty", "resource", "pwd", "grp"):
    sys.modules[name] = None
for name in [name for name in sys.modules if name.startswith("procviz.recorder.") and "environment" not in name]:
    del sys.modules[name]
sys.platform = "win32"
sys.addaudithook(refuse_proc)
threading.Thread(target=make_file, daemon=True).start()

from procviz.recorder.__main__ import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
