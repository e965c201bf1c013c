"""What Qt links to and does not bring along on Linux, and which package of the system holds it.

Standard library only and free of imports from procviz: `dev.py` reads this file before anything is installed.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator

# Library: package of Debian and Ubuntu, package of Fedora.
_PACKAGES = {
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libz.so.1": ("zlib1g", "zlib"),
    "libzstd.so.1": ("libzstd1", "libzstd"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xinput.so.0": ("libxcb-xinput0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl"),
}
_ALWAYS = ("libQt6Core.so.6", "libQt6Gui.so.6", "libQt6Widgets.so.6", "libQt6Svg.so.6", "libqoffscreen.so")
_FOR_SCREEN = {"x11": ("libqxcb.so", "libQt6XcbQpa.so.6"), "wayland": ("libqwayland*.so", "libQt6WaylandClient.so.6")}


def packages_for(libraries: Iterable[str]) -> str:
    """The packages of this system that hold these libraries, apart by spaces; Debian's names where it is neither."""
    fedora = not shutil.which("apt-get") and bool(shutil.which("dnf"))
    return " ".join(sorted({_PACKAGES.get(library, (library, library))[fedora] for library in libraries}))


def missing_libraries(packages_folder: str, screen: str) -> list[str]:
    """What Qt's own libraries link to and the system does not have, for a screen: "x11", "wayland", "" for none."""
    qt = os.path.join(glob.escape(packages_folder), "PySide6", "Qt")
    folders = [os.path.join(qt, "lib"), os.path.join(qt, "plugins", "platforms")]
    wanted = _ALWAYS + _FOR_SCREEN.get(screen, ())
    files = [path for folder in folders for name in wanted for path in glob.glob(os.path.join(folder, name))]
    if not files or not shutil.which("ldd"):
        return []
    told = subprocess.run(["ldd", *files], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return sorted(set(not_found(told.stdout)))


def not_found(ldd_says: str) -> Iterator[str]:
    """The libraries that ldd looked for in vain."""
    for line in ldd_says.splitlines():
        name, arrow, place = line.strip().partition(" => ")
        if arrow and place.startswith("not found"):
            yield name
