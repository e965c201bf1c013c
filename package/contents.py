"""What goes into the packaged app and what stays out, for `build.spec`. Knows no PyInstaller."""

from __future__ import annotations

import importlib.util
import os
import pkgutil
import sys

# What procviz is built on, by the names they are installed under.
PARTS = (
    "PySide6_Essentials",
    "shiboken6",
    "pyqtgraph",
    "numpy",
    "psutil",
    "msgspec",
    "Pygments",
    "platformdirs",
)
# What PyInstaller would take along for somebody's `import` in a branch that procviz never enters.
UNUSED = [
    "tkinter",
    "matplotlib",
    "scipy",
    "IPython",
    "OpenGL",
    "PIL",
    "pytest",
    "setuptools",
    "pkg_resources",
    "_distutils_hack",
    "pyqtgraph.opengl",
    "pyqtgraph.examples",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtSql",
    "PySide6.QtHelp",
    "PySide6.QtDesigner",
    "PySide6.QtUiTools",
    "PySide6.QtTest",
]
NOT_STANDARD = ["setuptools", "pkg_resources", "_distutils_hack", "distutils", "pip", "wheel", "procviz"]
_LEFT_OUT = ("idlelib", "lib2to3", "turtledemo", "tkinter", "turtle", "_tkinter", "test", "distutils", "ensurepip")
_NOT_SHIPPED = (  # of Qt: what no part of a window without video, web or QtQuick can reach
    "libQt6Qml",
    "libQt6Quick",
    "libQt6Designer",
    "libQt6Pdf",
    "libQt6VirtualKeyboard",
    "libQt6Sql",
    "libQt6Test",
    "libqtvirtualkeyboard",
    "libqgtk3",
    "libqeglfs",
    "libqlinuxfb",
    "libqminimalegl",
    "libqvkkhrdisplay",
    "libqvnc",
    "libQt6EglFS",
    "libQt6EglFs",
    *("libgtk-3", "libgdk", "libatk", "libatspi", "libcairo", "libpango", "libepoxy", "libgio-2", "libgmodule-2"),
    *("libXcomposite", "libXcursor", "libXdamage", "libXinerama", "libXrandr", "libdatrie", "libthai", "libfribidi"),
    *(
        "libmount",
        "libblkid",
        "libselinux",
        "libtiff",
        "libjpeg",
        "libwebp",
        "libpixman",
        "libgraphite2",
        "libharfbuzz",
    ),
)
_NOT_SHIPPED_FOLDERS = ("/translations/", "/qml/", "/plugins/egldeviceintegrations/", "/plugins/networkinformation/")
_TRANSLATIONS = ("qtbase_zh_CN.qm", "qtbase_en.qm")


def wanted(name: str) -> bool:
    """Whether a collected file goes in, by its place in the app."""
    place = "/" + name.replace(os.sep, "/")
    if place.endswith(_TRANSLATIONS):
        return True
    base = place.rsplit("/", 1)[-1]
    return not base.startswith(_NOT_SHIPPED) and not any(folder in place for folder in _NOT_SHIPPED_FOLDERS)


def standard_library() -> list[str]:
    """Every module a program may import where Python is installed, so far as this Python has it."""
    found: list[str] = []
    for name in sorted(sys.stdlib_module_names):
        if name in _LEFT_OUT or not _is_here(name):
            continue
        found.append(name)
        found += _below(name)
    return found


def _is_here(name: str) -> bool:
    """The names are those of every system; what opens a browser when it is imported is not asked."""
    return name not in ("antigravity", "this", "__main__") and importlib.util.find_spec(name) is not None


def _below(package: str) -> list[str]:
    folder = os.path.join(os.path.dirname(os.__file__), package)
    if not os.path.isdir(folder):
        return []
    found = (module.name for module in pkgutil.walk_packages([folder], package + "."))
    return [name for name in found if not any(part in ("test", "tests", "__main__") for part in name.split(".")[1:])]


def rooms(root: str) -> list[str]:
    """Every module of procviz: several are imported by name or late, and the probe is copied as files."""
    folder = os.path.join(root, "procviz")
    names = [module.name for module in pkgutil.walk_packages([folder], "procviz.") if not _is_probe(module.name)]
    return [*names, "pygments.lexers.python"]


def _is_probe(name: str) -> bool:
    return name.startswith("procviz.probe")


def data_files(root: str, licences: str) -> list[tuple[str, str]]:
    """Pairs of file and folder in the app: resources as they are, the probe as source."""
    pairs = [(licences, "resources/licences")]
    for name in ("fonts", "guide", "icons", "lessons", "locale", "pictures"):
        base = os.path.join(root, "resources", name)
        for folder, folders, files in os.walk(base):
            folders[:] = [one for one in folders if one != "__pycache__"]
            inside = os.path.relpath(folder, root)
            pairs += [(os.path.join(folder, file), inside) for file in files if _is_resource(name, file)]
    probe = os.path.join(root, "procviz", "probe")
    pairs += [(os.path.join(probe, file), "procviz/probe") for file in os.listdir(probe) if file.endswith(".py")]
    return pairs


def _is_resource(room: str, file: str) -> bool:
    return not file.endswith((".pyc", ".po", ".pot")) and (room == "lessons" or not file.endswith(".py"))


def mac_icon(root: str, target: str) -> str:
    """An .icns file of the pictures that are there: a list of PNGs, each behind its kind and length."""
    kinds = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}
    parts = b""
    for size, kind in kinds.items():
        with open(os.path.join(root, "resources", "icons", f"procviz-{size}.png"), "rb") as file:
            picture = file.read()
        parts += kind + (len(picture) + 8).to_bytes(4, "big") + picture
    with open(target, "wb") as file:
        file.write(b"icns" + (len(parts) + 8).to_bytes(4, "big") + parts)
    return target


def version_resource(version: str) -> object:
    """What Windows shows in the properties of an .exe."""
    from PyInstaller.utils.win32 import versioninfo as info

    numbers = tuple([*(int(part) for part in version.split(".") if part.isdigit()), 0, 0, 0, 0][:4])
    texts = {
        "CompanyName": "procviz contributors",
        "FileDescription": "Shows how Python processes live and die",
        "FileVersion": version,
        "InternalName": "procviz",
        "LegalCopyright": "MIT licence",
        "ProductName": "procviz",
        "ProductVersion": version,
    }
    table = info.StringTable("040904B0", [info.StringStruct(name, text) for name, text in texts.items()])
    languages = info.VarFileInfo([info.VarStruct("Translation", [0x0409, 1200])])
    fixed = info.FixedFileInfo(filevers=numbers, prodvers=numbers)
    return info.VSVersionInfo(ffi=fixed, kids=[info.StringFileInfo([table]), languages])


BUNDLE_FACTS = {
    "NSHighResolutionCapable": True,
    "LSMinimumSystemVersion": "12.0",
    "NSHumanReadableCopyright": "MIT licence",
    "UTExportedTypeDeclarations": [
        {
            "UTTypeIdentifier": "io.github.procviz.recording",
            "UTTypeDescription": "procviz recording",
            "UTTypeConformsTo": ["public.data"],
            "UTTypeTagSpecification": {
                "public.filename-extension": ["procviz"],
                "public.mime-type": ["application/vnd.procviz"],
            },
        }
    ],
    "CFBundleDocumentTypes": [
        {
            "CFBundleTypeName": "procviz recording",
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Owner",
            "LSItemContentTypes": ["io.github.procviz.recording"],
        },
        {
            "CFBundleTypeName": "Python script",
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Alternate",
            "LSItemContentTypes": ["public.python-script"],
        },
    ],
}
