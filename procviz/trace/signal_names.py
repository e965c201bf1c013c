"""Signal numbers and names of the system that a recording comes from, which need not be the one that reads it."""

from __future__ import annotations

SIGINT, SIGKILL, SIGTERM = 2, 9, 15

_EVERYWHERE = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL",
    5: "SIGTRAP",
    6: "SIGABRT",
    8: "SIGFPE",
    9: "SIGKILL",
    11: "SIGSEGV",
    13: "SIGPIPE",
    14: "SIGALRM",
    15: "SIGTERM",
    21: "SIGTTIN",
    22: "SIGTTOU",
    24: "SIGXCPU",
    25: "SIGXFSZ",
    26: "SIGVTALRM",
    27: "SIGPROF",
    28: "SIGWINCH",
}
_LINUX = {
    7: "SIGBUS",
    10: "SIGUSR1",
    12: "SIGUSR2",
    16: "SIGSTKFLT",
    17: "SIGCHLD",
    18: "SIGCONT",
    19: "SIGSTOP",
    20: "SIGTSTP",
    23: "SIGURG",
    29: "SIGIO",
    30: "SIGPWR",
    31: "SIGSYS",
}
_BSD = {
    7: "SIGEMT",
    10: "SIGBUS",
    12: "SIGSYS",
    16: "SIGURG",
    17: "SIGSTOP",
    18: "SIGTSTP",
    19: "SIGCONT",
    20: "SIGCHLD",
    23: "SIGIO",
    29: "SIGINFO",
    30: "SIGUSR1",
    31: "SIGUSR2",
}

# Signals that a process gets for what it did itself.
CRASHES = frozenset({"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"})
# Signals that the kernel sends by itself: nobody outside has to have sent them.
SELF_MADE = frozenset({"SIGPIPE", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGXFSZ", "SIGSYS", "SIGTRAP"})


# Signals that end a process which has not said otherwise (signal(7), "Standard signals").
ENDING = frozenset(
    {
        "SIGHUP",
        "SIGINT",
        "SIGQUIT",
        "SIGTRAP",
        "SIGTERM",
        "SIGUSR1",
        "SIGUSR2",
        "SIGEMT",
        "SIGSTKFLT",
        "SIGIO",
        "SIGPWR",
    }
    | CRASHES
    | SELF_MADE
)


# What Windows ends a process with for what it did itself (NTSTATUS values, as in ntstatus.h).
_FAULTS = {
    0x80000003: "STATUS_BREAKPOINT",
    0xC0000005: "STATUS_ACCESS_VIOLATION",
    0xC0000017: "STATUS_NO_MEMORY",
    0xC000001D: "STATUS_ILLEGAL_INSTRUCTION",
    0xC0000094: "STATUS_INTEGER_DIVIDE_BY_ZERO",
    0xC00000FD: "STATUS_STACK_OVERFLOW",
    0xC0000135: "STATUS_DLL_NOT_FOUND",
    0xC0000142: "STATUS_DLL_INIT_FAILED",
    0xC0000374: "STATUS_HEAP_CORRUPTION",
    0xC0000409: "STATUS_STACK_BUFFER_OVERRUN",
}
TERMINATE_PROCESS = "TerminateProcess"  # how Windows ends a process for another one: it has no signals
_OF_THE_CONSOLE = {0: "Ctrl-C", 1: "Ctrl-Break", SIGINT: "Ctrl-C", 21: "Ctrl-Break"}


def fault_name(exitcode: int | None, system: str) -> str | None:
    """The fault that an exit code stands for on Windows, with its number as it is looked up; None where it is none."""
    name = _FAULTS.get(exitcode or 0) if system == "Windows" else None
    return None if name is None else f"{name} (0x{exitcode:08X})"


def signal_name(number: int, system: str = "Linux") -> str:
    """The signal's name on that system (`Platform.system`), or "signal 42" where it has none."""
    if system == "Windows":
        return _OF_THE_CONSOLE.get(number, TERMINATE_PROCESS)
    names = _LINUX if system == "Linux" else _BSD
    return _EVERYWHERE.get(number) or names.get(number) or f"signal {number}"


def act_signal(act: str, system: str = "Linux") -> int | None:
    """The number of the signal that an act of the user sends; None for an act that is not known."""
    linux = system == "Linux"
    numbers = {"terminate": SIGTERM, "kill": SIGKILL, "interrupt": SIGINT, "stop": SIGKILL, "timeout": SIGKILL}
    numbers |= {"suspend": 19 if linux else 17, "resume": 18 if linux else 19}
    return numbers.get(act)
