"""Which system this is: the one place where Linux, macOS (and what is like it) and Windows are told apart.

Everything is imported when it is asked for: a program shall start before the parts that only watch it are loaded, and
none of them need exist on another system.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procviz.recorder.guard import Ways
    from procviz.recorder.system import System


def here(folder: str) -> System:
    """The system that this is; `folder` is the run's. Raises OSError where it lacks what cannot be done without."""
    if sys.platform == "linux":
        from procviz.recorder.linux.parts import Linux

        return Linux(folder)
    elif sys.platform == "win32":  # noqa: RET505  # type checkers follow the platform only this way
        from procviz.recorder.windows.parts import Windows

        return Windows(folder)
    else:
        from procviz.recorder.macos.parts import MacOS

        return MacOS(folder)


def guarding() -> Ways:
    """How the guards wait and end a run here. Not for Windows, where the system itself does that."""
    if sys.platform == "linux":
        from procviz.recorder.linux import guard

        return guard
    else:  # noqa: RET505  # type checkers follow the platform only this way
        from procviz.recorder.macos import guard

        return guard
