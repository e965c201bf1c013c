"""Signals that must not end a recorder or its guards, and what stood before, for the program to get back.

The guards begin with this file: standard library only.
"""

from __future__ import annotations

import signal

_IGNORED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGTTOU", "SIGTTIN", "SIGTSTP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
_IGNORED_ON_WINDOWS = ("SIGBREAK",)

Dispositions = dict[int, object]


def ignore_signals() -> Dispositions:
    """Ignore what must not end a recorder; returns what stood before, for the program to get back."""
    before: Dispositions = {}
    for name in _IGNORED + _IGNORED_ON_WINDOWS:
        signum = getattr(signal, name, None)
        if signum is not None:
            before[signum] = signal.signal(signum, signal.SIG_IGN)
    return before
