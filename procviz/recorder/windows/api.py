"""The calls of Windows that the recorder makes, as plain methods on numbers: handles, pids, 100 ns units.

All of kernel32's structures and constants are here and nowhere else, by their documented names in the comments. The
library comes in from outside, so that the recorder can be tried where there is none.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from ctypes import POINTER, Structure, byref, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p, sizeof
from typing import Any, NamedTuple

NEW_PROCESS, EXIT_PROCESS, ABNORMAL_EXIT_PROCESS = 6, 7, 8  # JOB_OBJECT_MSG_...
TERMINATED = 0x10000  # what multiprocessing ends processes with, and takes for -SIGTERM

_SYNCHRONIZE = 0x100000
_PROCESS_QUERY_LIMITED_INFORMATION = 0x1000
_PROCESS_TERMINATE = 0x1
_PROCESS_QUERY_INFORMATION = 0x400  # Wine wants it where Windows is content with the limited one
_BASIC_PROCESS_ID_LIST, _ASSOCIATE_COMPLETION_PORT, _EXTENDED_LIMITS = 3, 7, 9  # JOBOBJECTINFOCLASS
_KILL_ON_JOB_CLOSE = 0x2000
_ERROR_MORE_DATA = 234
_INVALID_HANDLE = c_void_p(-1)
_FOREVER = 0xFFFFFFFF
_UNIX_EPOCH = 116_444_736_000_000_000  # FILETIME of 1970
_YEAR_3000 = 441_481_536_000_000_000

Handle = int


class Limits(Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION, with what it is made of laid out flat."""

    _fields_ = (
        ("PerProcessUserTimeLimit", c_int64),
        ("PerJobUserTimeLimit", c_int64),
        ("LimitFlags", c_uint32),
        ("MinimumWorkingSetSize", c_size_t),
        ("MaximumWorkingSetSize", c_size_t),
        ("ActiveProcessLimit", c_uint32),
        ("Affinity", c_size_t),
        ("PriorityClass", c_uint32),
        ("SchedulingClass", c_uint32),
        ("IoInfo", c_uint64 * 6),
        ("ProcessMemoryLimit", c_size_t),
        ("JobMemoryLimit", c_size_t),
        ("PeakProcessMemoryUsed", c_size_t),
        ("PeakJobMemoryUsed", c_size_t),
    )


class Port(Structure):
    """JOBOBJECT_ASSOCIATE_COMPLETION_PORT."""

    _fields_ = (("CompletionKey", c_void_p), ("CompletionPort", c_void_p))


class Times(NamedTuple):
    """Of one process: begin and end in 100 ns since 1970 on the wall clock, and the CPU time it took.

    None is what has not come yet, or cannot be: a process that is just being made may have anything there.
    """

    began: int | None
    ended: int | None
    cpu_seconds: float


class Kernel32:
    """Every method raises OSError where the call fails and does not say otherwise."""

    def __init__(self, library: Any = None, last_error: Callable[[], int] | None = None) -> None:
        if library is None or last_error is None:
            library, last_error = _real()
        self._last_error = last_error
        self._call: dict[str, Callable[..., Any]] = {}
        for name, result, arguments in _CALLS:
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
            self._call[name] = function

    def create_job(self) -> Handle:
        """A job whose processes die with the last handle of it; nobody inherits ours."""
        job = self._checked("CreateJobObjectW", None, None)
        limits = Limits(LimitFlags=_KILL_ON_JOB_CLOSE)
        self._checked("SetInformationJobObject", job, _EXTENDED_LIMITS, byref(limits), sizeof(limits))
        return int(job)

    def join_job(self, job: Handle) -> None:
        """Be in it from now on, with everything that we start."""
        self._checked("AssignProcessToJobObject", job, self._call["GetCurrentProcess"]())

    def listen_to_job(self, job: Handle) -> Handle:
        """A port at which the job tells of its processes."""
        port = self._checked("CreateIoCompletionPort", _INVALID_HANDLE, None, 0, 1)
        association = Port(CompletionKey=1, CompletionPort=port)
        self._checked(
            "SetInformationJobObject", job, _ASSOCIATE_COMPLETION_PORT, byref(association), sizeof(association)
        )
        return int(port)

    def next_message(self, port: Handle) -> tuple[int, int]:
        """Wait for what the job tells next: JOB_OBJECT_MSG_..., pid."""
        message, key, pid = c_uint32(), c_size_t(), c_void_p()
        self._checked("GetQueuedCompletionStatus", port, byref(message), byref(key), byref(pid), _FOREVER)
        return message.value, pid.value or 0

    def job_members(self, job: Handle) -> list[int]:
        """The pids of the living processes in a job."""
        room = 256
        while True:

            class List(Structure):  # JOBOBJECT_BASIC_PROCESS_ID_LIST
                _fields_ = (("Assigned", c_uint32), ("Listed", c_uint32), ("Ids", c_size_t * room))

            told = List()
            arguments = (job, _BASIC_PROCESS_ID_LIST, byref(told), sizeof(told), None)
            if self._call["QueryInformationJobObject"](*arguments):
                return list(told.Ids[: told.Listed])
            if self._last_error() != _ERROR_MORE_DATA:
                raise self._failure("QueryInformationJobObject")
            room = max(2 * room, 2 * told.Assigned)

    def is_member(self, process: Handle, job: Handle) -> bool:
        """Whether a process is in a job."""
        answer = c_int()
        self._checked("IsProcessInJob", process, job, byref(answer))
        return bool(answer.value)

    def open_process(self, pid: int) -> Handle | None:
        """A handle to watch and to end a process with; None when it is gone or not ours."""
        for more in (_PROCESS_TERMINATE | _PROCESS_QUERY_INFORMATION, _PROCESS_TERMINATE, 0):
            rights = _SYNCHRONIZE | _PROCESS_QUERY_LIMITED_INFORMATION | more
            handle = self._call["OpenProcess"](rights, 0, pid)
            if handle:
                return int(handle)
        return None

    def has_ended(self, process: Handle) -> bool:
        """Whether a process has ended; its handle is signalled then."""
        return bool(self._call["WaitForSingleObject"](process, 0) == 0)  # WAIT_OBJECT_0

    def exit_code(self, process: Handle) -> int:
        """What a process that has ended has ended with."""
        code = c_uint32()
        self._checked("GetExitCodeProcess", process, byref(code))
        return code.value

    def times(self, process: Handle) -> Times:
        """When it began and ended, and what it took."""
        began, ended, kernel, user = c_uint64(), c_uint64(), c_uint64(), c_uint64()
        self._checked("GetProcessTimes", process, byref(began), byref(ended), byref(kernel), byref(user))
        cpu_seconds = (kernel.value + user.value) / 1e7
        return Times(_since_1970(began.value), _since_1970(ended.value), cpu_seconds)

    def now(self) -> int:
        """The wall clock, in 100 ns since 1970, finer than the steps in which it is usually read."""
        now = c_uint64()
        self._call["GetSystemTimePreciseAsFileTime"](byref(now))
        return now.value - _UNIX_EPOCH

    def terminate(self, process: Handle) -> None:
        """End a process, as multiprocessing does. One that has ended already stays as it is."""
        self._call["TerminateProcess"](process, TERMINATED)

    def close(self, handle: Handle) -> None:
        """Let go of it."""
        self._call["CloseHandle"](handle)

    def _checked(self, name: str, *arguments: Any) -> Any:
        result = self._call[name](*arguments)
        if not result:
            raise self._failure(name)
        return result

    def _failure(self, name: str) -> OSError:
        return OSError(self._last_error(), f"{name} failed with Windows error {self._last_error()}")


_CALLS: tuple[tuple[str, Any, list[Any]], ...] = (
    ("CreateJobObjectW", c_void_p, [c_void_p, c_void_p]),
    ("SetInformationJobObject", c_int, [c_void_p, c_int, c_void_p, c_uint32]),
    ("AssignProcessToJobObject", c_int, [c_void_p, c_void_p]),
    ("GetCurrentProcess", c_void_p, []),
    ("CreateIoCompletionPort", c_void_p, [c_void_p, c_void_p, c_size_t, c_uint32]),
    (
        "GetQueuedCompletionStatus",
        c_int,
        [c_void_p, POINTER(c_uint32), POINTER(c_size_t), POINTER(c_void_p), c_uint32],
    ),
    ("QueryInformationJobObject", c_int, [c_void_p, c_int, c_void_p, c_uint32, c_void_p]),
    ("IsProcessInJob", c_int, [c_void_p, c_void_p, POINTER(c_int)]),
    ("OpenProcess", c_void_p, [c_uint32, c_int, c_uint32]),
    ("WaitForSingleObject", c_uint32, [c_void_p, c_uint32]),
    ("GetExitCodeProcess", c_int, [c_void_p, POINTER(c_uint32)]),
    ("GetProcessTimes", c_int, [c_void_p, *[POINTER(c_uint64)] * 4]),
    ("GetSystemTimePreciseAsFileTime", None, [POINTER(c_uint64)]),
    ("TerminateProcess", c_int, [c_void_p, c_uint32]),
    ("CloseHandle", c_int, [c_void_p]),
)


def _since_1970(file_time: int) -> int | None:
    return file_time - _UNIX_EPOCH if _UNIX_EPOCH <= file_time < _YEAR_3000 else None


def _real() -> tuple[Any, Callable[[], int]]:
    if sys.platform == "win32":
        return ctypes.WinDLL("kernel32", use_last_error=True), ctypes.get_last_error
    else:  # noqa: RET505  # type checkers follow the platform only this way
        raise OSError(f"this is no Windows but {os.name}")
