"""The menu of one process's row: what can be done to the process, and what can be looked at."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from procviz.trace.timeline import Life
from procviz.wording import _
from procviz.wording.states import process_name


class RowMenu(QMenu):
    """Made anew each time it is shown; only asks for acts."""

    act_chosen = Signal(int, str)  # upid, act as in `trace.records.Act`
    zoom_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)

    def show_for(self, life: Life, alive: bool, at: QPoint) -> None:
        """Show it for a process; acts are for those that live."""
        self.clear()
        self.setAccessibleName(_("{name} ({pid})").format(name=process_name(life), pid=life.pid))
        self.addAction(_("{name} ({pid})").format(name=process_name(life), pid=life.pid)).setEnabled(False)
        self.addAction(_("Zoom to its life")).triggered.connect(lambda: self.zoom_chosen.emit(life.id))
        self.addSeparator()
        for act, text, tip in _acts():
            self._add_act(life.id, act, text, tip, alive)
        self.popup(at)

    def _add_act(self, upid: int, act: str, text: str, tip: str, alive: bool) -> None:
        action = QAction(text, self)
        action.setEnabled(alive)
        action.setData(act)
        action.setToolTip(tip if alive else _("This process does not run any more."))
        action.triggered.connect(lambda: self.act_chosen.emit(upid, act))
        self.addAction(action)


def _acts() -> list[tuple[str, str, str]]:
    return [
        ("interrupt", _("Interrupt"), _("As Ctrl+C in a terminal does: KeyboardInterrupt, unless it is handled")),
        ("terminate", _("Terminate"), _("Ask it to end: SIGTERM, which a program may handle or ignore")),
        ("kill", _("Kill"), _("End it at once: SIGKILL, which nothing can stop")),
        ("suspend", _("Suspend"), _("Stop it where it is, until it is resumed")),
        ("resume", _("Resume"), _("Let a suspended process go on")),
    ]
