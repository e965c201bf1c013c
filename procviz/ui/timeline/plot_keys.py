"""Which keys move the plots: W A S D as in Perfetto, arrows for the selection, and what stands in the tables below."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from procviz.ui.timeline.view_state import ViewState

ZOOM = 1.4
PAN_SHARE = 0.15  # of the visible time
ROWS = 1.15
SPLIT_PX = 16.0

_Table = dict[int, Callable[[], object]]


class PlotKeys:
    """The keys of the plots: they move the view, and ask for what is done elsewhere."""

    def __init__(
        self,
        state: ViewState,
        *,
        step: Callable[[int], object],
        zoom: Callable[[], object],
        menu: Callable[[], object],
        split: Callable[[float], object],
    ) -> None:
        self._state = state
        self._step, self._zoom_in, self._menu, self._split = step, zoom, menu, split
        self._plain = self._moving() | self._choosing()
        self._ctrl = self._sizing()

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key means; False where it means nothing here."""
        quiet = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        modifiers = event.modifiers() & ~quiet
        tables = {Qt.KeyboardModifier.NoModifier: self._plain, Qt.KeyboardModifier.ControlModifier: self._ctrl}
        act = tables.get(modifiers, {}).get(event.key())
        if act is not None:
            act()
        return act is not None

    def _moving(self) -> _Table:
        state, key = self._state, Qt.Key
        return {
            key.Key_F: state.fit,
            key.Key_W: lambda: self._zoom(ZOOM),
            key.Key_Plus: lambda: self._zoom(ZOOM),
            key.Key_Equal: lambda: self._zoom(ZOOM),
            key.Key_S: lambda: self._zoom(1 / ZOOM),
            key.Key_Minus: lambda: self._zoom(1 / ZOOM),
            key.Key_A: lambda: self._pan(-PAN_SHARE),
            key.Key_Left: lambda: self._pan(-PAN_SHARE),
            key.Key_D: lambda: self._pan(PAN_SHARE),
            key.Key_Right: lambda: self._pan(PAN_SHARE),
            key.Key_Home: state.show_begin,
            key.Key_End: state.show_end,
            key.Key_PageUp: lambda: self._page(-1),
            key.Key_PageDown: lambda: self._page(1),
        }

    def _choosing(self) -> _Table:
        key = Qt.Key
        return {
            key.Key_Up: lambda: self._step(-1),
            key.Key_Down: lambda: self._step(1),
            key.Key_Return: self._zoom_in,
            key.Key_Enter: self._zoom_in,
            key.Key_Menu: self._menu,
            key.Key_Escape: self._clear,
        }

    def _sizing(self) -> _Table:
        state, key = self._state, Qt.Key
        return {
            key.Key_Plus: lambda: state.zoom_rows(ROWS, 0.0),
            key.Key_Equal: lambda: state.zoom_rows(ROWS, 0.0),
            key.Key_Minus: lambda: state.zoom_rows(1 / ROWS, 0.0),
            key.Key_Up: lambda: self._split(-SPLIT_PX),
            key.Key_Down: lambda: self._split(SPLIT_PX),
        }

    def _zoom(self, factor: float) -> None:
        view = self._state.view
        middle = (view.begin_ns + view.end_ns) / 2
        self._state.zoom(factor, middle if view.cursor_ns is None else view.cursor_ns)

    def _pan(self, share: float) -> None:
        self._state.pan(share * self._state.view.span_ns)

    def _page(self, pages: int) -> None:
        state = self._state
        state.scroll(state.view.top_row + pages * max(state.visible_rows - 1, 1.0))

    def _clear(self) -> None:
        """Take back the measure first, then the selection."""
        if self._state.view.range_ns is not None:
            self._state.measure(None)
        else:
            self._state.select(None)
