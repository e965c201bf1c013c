"""The card in the middle of the window: head, plots, and what they have to say to the rest of the window.

Takes a timeline and the clock's ticks, gives back what the user selected and asked for. It starts and ends nothing by
itself: acts on processes are only asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollBar, QStackedWidget, QVBoxLayout, QWidget

from procviz.chart.palette import LIGHT, Palette
from procviz.chart.scene import Scene, build_scene
from procviz.chart.series import CounterStore
from procviz.chart.view import View
from procviz.trace.timeline import Life, Timeline
from procviz.ui.appearance.focus_ring import FocusRing
from procviz.ui.paint.words import last_words_px
from procviz.ui.timeline.header import Header
from procviz.ui.timeline.plot_items import Stage
from procviz.ui.timeline.plots import Plots
from procviz.ui.timeline.pointer import Pointer
from procviz.ui.timeline.row_menu import RowMenu
from procviz.ui.timeline.view_state import ViewState
from procviz.wording import _
from procviz.wording.states import process_name

BADGE_STEP_NS = 100_000_000
CURVES_EVERY = 3  # ticks of a live run: at 30 frames a second, 20 samples need no more
TIP_EVERY = 6  # ticks: faster than that nobody reads
SCROLL_UNITS = 100  # of the scroll bar per row


@dataclass(frozen=True, slots=True)
class PictureState:
    """What an exported picture is made of."""

    timeline: Timeline
    scene: Scene
    store: CounterStore
    view: View
    palette: Palette


class Centre(QFrame):
    """Timeline, CPU and memory of one run, live or not."""

    selected = Signal(object)  # upid or None
    export_requested = Signal()
    act_requested = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.state = ViewState(self)
        self.stage = Stage(self.state)
        self.header = Header()
        self.plots = Plots(self.stage)
        self.ring = FocusRing(self.plots)
        self.pointer = Pointer(self.stage, self.plots)
        self._timeline: Timeline | None = None
        self._live = False
        self._samples_taken = 0
        self._ticks = 0
        self._selected: int | None = None
        self.menu = RowMenu(self)
        self._build()
        self._connect()
        self.set_palette(LIGHT)
        self.retranslate()
        self.set_timeline(None, live=False)

    # what is shown

    def set_timeline(self, timeline: Timeline | None, live: bool) -> None:
        """Show this timeline from its beginning; a live one is followed. The same one, no longer live, has ended."""
        if timeline is not None and timeline is self._timeline and self._live and not live:
            self._live = False
            self.tick(timeline.last_ns)
            return
        self._timeline, self._live = timeline, live and timeline is not None
        self.stage.store, self._samples_taken = CounterStore(), 0
        self.stage.scene = None
        if timeline is not None:
            self._take_over(timeline)
        now_ns = 0 if timeline is None else timeline.last_ns
        self._reserve()
        self.state.start(self.stage.scene, now_ns, self._live)
        self._show_page()
        self._show_badge()
        self.plots.fit_labels()
        self.plots.repaint_all()

    def tick(self, now_ns: int) -> None:
        """Take what is new; a live run's open bars grow to `now_ns`. Repaints only what changed."""
        timeline = self._timeline
        if timeline is None:
            return
        before = self.stage.scene
        self._take_over(timeline)
        scene = self.stage.scene
        live = self._live = self._live and not (timeline.finished or timeline.torn)
        if scene is None or (scene is before and not live and not self.state.view.live):
            return
        self._reserve()
        self.state.advance(scene, now_ns if live else timeline.last_ns, live)
        if scene is not before:
            self._show_page()
            self.plots.scene_changed(before)
        if not live or self._ticks % TIP_EVERY == 0:
            self.pointer.refresh()
        self._show_badge()
        self._ticks += 1
        self.stage.light = live and self._ticks % CURVES_EVERY != 0

    def select(self, upid: int | None) -> None:
        """Mark this process, because it was selected elsewhere."""
        self._selected = upid
        self.state.select(upid)
        self._describe()
        self._show_row_of(upid)

    def show_moment(self, upid: int, ts_ns: int) -> None:
        """Bring a process at a moment into view and draw the eye to it."""
        scene = self.stage.scene
        if scene is None or upid not in scene.row_of:
            return
        self.state.show_moment(ts_ns)
        self._show_row_of(upid)
        self.plots.flash.start(scene.row_of[upid], ts_ns)

    def fit(self) -> None:
        """Show the whole run."""
        self.state.fit()

    def set_follow(self, follow: bool) -> None:
        """Keep the newest moment in view while the run is live."""
        self.state.set_follow(follow)

    def picture_state(self) -> PictureState | None:
        """What an export needs of what is shown; None where there is nothing."""
        scene = self.stage.scene
        if scene is None or self._timeline is None:
            return None
        return PictureState(self._timeline, scene, self.stage.store, self.state.view, self.stage.palette)

    def set_palette(self, palette: Palette) -> None:
        """Other colours, at once."""
        self.stage.palette = palette
        self.header.restyle(palette)
        self.plots.restyle()
        self.ring.restyle(palette)
        self.pointer.tip.restyle(palette)
        self._empty.setStyleSheet(f"color: {palette.muted}; font-size: 14px;")
        self._show_badge()

    def retranslate(self) -> None:
        """Another language, at once."""
        self.setAccessibleName(_("Timeline"))
        self.header.retranslate()
        self._show_page()
        self.bar.setAccessibleName(_("Scroll the rows"))
        self.plots.retranslate()
        self._show_badge()
        self._describe()

    # how it is built

    def _build(self) -> None:
        self._empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setSingleStep(SCROLL_UNITS)
        full = QWidget()
        row = QHBoxLayout(full)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.ring, 1)
        row.addWidget(self.bar)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(full)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.header)
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        header, state = self.header, self.state
        header.fit_wanted.connect(self.fit)
        header.follow_wanted.connect(self.set_follow)
        header.export_wanted.connect(self.export_requested)
        state.changed.connect(self._view_changed)
        self.bar.valueChanged.connect(lambda value: state.scroll(value / SCROLL_UNITS))
        self.plots.step_wanted.connect(self._step)
        self.plots.menu_wanted.connect(self._menu_by_key)
        self.plots.zoom_wanted.connect(self._zoom_to_selected)
        self.pointer.menu_wanted.connect(self.show_menu)
        self.menu.act_chosen.connect(self.act_requested)
        self.menu.zoom_chosen.connect(self.pointer.zoom_to_life)

    def _take_over(self, timeline: Timeline) -> None:
        """Scene and counters of what is known by now."""
        if timeline.lives:
            self.stage.scene = build_scene(timeline, self.stage.scene)
        new = timeline.samples[self._samples_taken :]
        if new:
            self._samples_taken += len(new)
            self.stage.store.extend(new)

    # what follows the view

    def _view_changed(self) -> None:
        with QSignalBlocker(self.header.follow):
            self.header.follow.setChecked(self.state.follow)
        self._show_bar()
        if self.state.view.selected != self._selected:
            self._selected = self.state.view.selected
            self._describe()
            self.selected.emit(self._selected)

    def _show_bar(self) -> None:
        most = round(self.state.max_top_row * SCROLL_UNITS)
        with QSignalBlocker(self.bar):
            self.bar.setPageStep(round(self.state.visible_rows * SCROLL_UNITS))
            self.bar.setRange(0, most)
            self.bar.setValue(round(self.state.view.top_row * SCROLL_UNITS))
        self.bar.setVisible(most > 0)

    def _reserve(self) -> None:
        """Room for the words behind the last bars, known only at the end: before, the plot would jump."""
        scene = self.stage.scene
        self.state.reserve(0.0 if self._live or scene is None else last_words_px(scene))

    def _show_page(self) -> None:
        self._empty.setText(_empty_text(starting=self.state.view.live))
        self._pages.setCurrentIndex(0 if self.stage.scene is None else 1)

    def _show_badge(self) -> None:
        timeline = self._timeline
        if timeline is None or self.stage.scene is None:
            self.header.show_nothing()
            return
        view = self.state.view
        now_ns = view.now_ns if view.live else timeline.last_ns
        elapsed_ns = max(now_ns - timeline.begin_ns, 0)
        if view.live:
            elapsed_ns -= elapsed_ns % BADGE_STEP_NS
        self.header.show_run(elapsed_ns, len(timeline.lives), view.live, timeline.torn)

    def _describe(self) -> None:
        """What a screen reader says of the plots."""
        life = self._life(self._selected)
        if life is None:
            told = _("Arrow keys select a process, W and S zoom, A and D pan, F shows the whole run.")
        else:
            told = _("Selected: {name}, process {pid}").format(name=process_name(life), pid=life.pid)
        self.plots.setAccessibleDescription(told)

    # what the user does

    def _step(self, rows: int) -> None:
        scene = self.stage.scene
        if scene is None or not scene.rows:
            return
        selected = self.state.view.selected
        last = len(scene.rows) - 1
        if selected is None or selected not in scene.row_of:
            row = 0 if rows > 0 else last
        else:
            row = min(max(scene.row_of[selected] + rows, 0), last)
        self.state.select(scene.rows[row].upid)
        self.state.show_row(row)

    def _show_row_of(self, upid: int | None) -> None:
        scene = self.stage.scene
        if scene is not None and upid is not None and upid in scene.row_of:
            self.state.show_row(scene.row_of[upid])

    def _zoom_to_selected(self) -> None:
        if self.state.view.selected is not None:
            self.pointer.zoom_to_life(self.state.view.selected)

    def _menu_by_key(self) -> None:
        selected, scene = self.state.view.selected, self.stage.scene
        if selected is not None and scene is not None and selected in scene.row_of:
            self._show_row_of(selected)
            self.show_menu(selected, self.plots.mapToGlobal(self.plots.place_of_row(scene.row_of[selected])))

    def show_menu(self, upid: int, at: QPoint) -> None:
        """The menu of a process's row."""
        life = self._life(upid)
        if life is not None:
            self.menu.show_for(life, self.state.view.live and life.ended is None, at)

    def _life(self, upid: int | None) -> Life | None:
        return None if self._timeline is None or upid is None else self._timeline.lives.get(upid)


def _empty_text(starting: bool) -> str:
    if starting:
        return _("Starting …")
    return _("Press Run (F5) to start the program.\nEvery process it makes gets a row here.")
