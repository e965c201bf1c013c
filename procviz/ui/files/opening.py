"""What a file turns out to be: a script to run, or a recording to look at. Knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from procviz.script.scripts import Script, load_script
from procviz.trace.file import Recording, parse_recording, recording_bytes

SCRIPT_ENDINGS = (".py", ".pyw")


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """A recording and where it came from; `path` may be a picture that carries it."""

    path: Path
    recording: Recording

    def data(self) -> bytes:
        """The recording's own bytes. Raises Problem."""
        return _recording_bytes(self.path)


def open_path(path: Path) -> Script | OpenedRecording:
    """Raises Problem for a file that is neither a script nor a recording."""
    if path.suffix.lower() in SCRIPT_ENDINGS:
        return load_script(path)
    return OpenedRecording(path, parse_recording(_recording_bytes(path), str(path)))


def _recording_bytes(path: Path) -> bytes:
    if path.suffix.lower() == ".png":
        from procviz.ui.files.picture_export import recording_in_picture

        return recording_in_picture(path)
    return recording_bytes(path)
