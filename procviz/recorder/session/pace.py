"""How fast the recorder may go on: within a share of one processor, and what was not used is saved for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

_SAVED_NS = 5_000_000  # of a processor, that may be used at once after a while of little to do


class Pace:
    """Holds what this process uses of a processor against a share of it."""

    def __init__(
        self,
        share: float,
        longest_ns: int,
        clock: Callable[[], int] = time.monotonic_ns,
        used: Callable[[], int] = time.process_time_ns,
    ) -> None:
        """`share`: how much may be used, 0.05 for 5 %; `used` counts it (ns). One rests for `longest_ns` at most."""
        self._share = share
        self._enough_ns = min(_SAVED_NS, longest_ns * share) / 2  # to go on with
        self._least_ns = self._enough_ns - longest_ns * share
        self._clock = clock
        self._used = used
        self._saved_ns = float(_SAVED_NS)
        self._resting = False
        self._at_ns, self._used_ns = clock(), used()

    def rest_ns(self, apart_ns: int = 0) -> int:
        """How long to do nothing; 0: go on.

        Once all that was saved is used up, one rests until enough is there again. `apart_ns`: so much was used since
        this was asked last that is accounted for elsewhere.
        """
        now, used = self._clock(), self._used()
        earned_ns = (now - self._at_ns) * self._share
        saved_ns = self._saved_ns + earned_ns - (used - self._used_ns - apart_ns)
        self._saved_ns = max(self._least_ns, min(_SAVED_NS, saved_ns))
        self._at_ns, self._used_ns = now, used
        self._resting = self._saved_ns < (self._enough_ns if self._resting else 0)
        return int((self._enough_ns - self._saved_ns) / self._share) if self._resting else 0
