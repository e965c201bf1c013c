"""Whether this Windows is Wine: a test that fails there by Wine's fault is marked with the reason, one by one."""

from __future__ import annotations

import ctypes
import sys

if sys.platform == "win32":
    WINE = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
else:
    WINE = False
