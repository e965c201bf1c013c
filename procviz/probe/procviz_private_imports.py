"""Modules of the standard library that the probe uses without the program finding them imported.

This file must not know what they are for.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def private_module(name: str, wanted: str) -> "Any":
    """An extension module with a function `wanted` of C: the program's own, or one of which it gets no sight.

    What the program finds of that name in sys.modules is as ever. Raises ImportError or AttributeError.
    """
    known: "Any" = sys.modules.get(name, sys)  # None keeps others from importing it
    try:
        if type(getattr(known, wanted, None)) is type(len):
            return known
        return _load(name)
    finally:
        if known is sys:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = known


def _load(name: str) -> "Any":
    machinery, finders = sys.modules["_frozen_importlib"], sys.modules["_frozen_importlib_external"]
    if name in sys.builtin_module_names:
        spec = machinery.BuiltinImporter.find_spec(name)
    else:
        spec = finders.PathFinder.find_spec(
            name, [path for path in sys.path if type(path) is str and path.endswith("lib-dynload")]
        )
    module = machinery.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
