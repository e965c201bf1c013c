# Python starts this file in every interpreter of a watched program, old ones too: it must parse on Python 2.
# It brings in the probe, then steps aside for the sitecustomize that would have run without it.
import os
import sys

_folder = os.environ.get("PROCVIZ_INJECT")
if _folder and sys.version_info[:2] >= (3, 8) and os.environ.get("PROCVIZ_EVENTS"):
    sys.path.insert(0, _folder)
    try:
        import procviz_probe  # type: ignore[import-not-found]  # noqa: F401
    except Exception:  # a watched program runs on, probe or not
        pass
    sys.path.remove(_folder)
if _folder in sys.path:
    sys.path.remove(_folder)
_own = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
except ImportError:
    if getattr(sys.exc_info()[1], "name", "sitecustomize") != "sitecustomize":
        raise
    if _own is not None:
        sys.modules["sitecustomize"] = _own
