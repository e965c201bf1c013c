"""What is being looked at: the one place where the view, the selection and follow mode live.

Gestures, keys, buttons and the clock change it here; everything else learns of it through `changed`. The arithmetic is
`chart.view`'s; here is decided who moved the view and what that ends. It knows no items, no colours and no words.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from procviz.chart import view as moves
from procviz.chart.scene import Scene
from procviz.chart.view import TimeScale, View

MIN_LIVE_SPAN_NS = 5e9  # a live view begins with this much time
FOLLOWED_SPAN_NS = 60e9  # it grows to this, then it scrolls
RIGHT_ROOM_PX = 104.0  # for the words behind the last bar
FITTED_ROW_PX = (26.0, 56.0)  # a screen's: a row is no higher than the eye needs, however few there are
EMPTY = View(begin_ns=0.0, end_ns=MIN_LIVE_SPAN_NS, now_ns=0)


class ViewState(QObject):
    """Holds one `View` and changes it; emits `changed` once per change that is one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = EMPTY
        self._scene: Scene | None = None
        self._width_px = 800.0
        self._height_px = 400.0  # of the rows
        self._words_px = 0.0
        self._follow = False
        self._fitted = True  # nobody moved since the whole was shown: it stays whole when the plot is resized
        self._fit_rows = True  # row height follows the number of rows until somebody chooses one

    @property
    def view(self) -> View:
        return self._view

    @property
    def follow(self) -> bool:
        return self._follow

    @property
    def begin_ns(self) -> int:
        """Where the run began: second 0 of the axis."""
        return 0 if self._scene is None else self._scene.begin_ns

    @property
    def scale(self) -> TimeScale:
        """Time to pixels of the plot, counted from its left edge."""
        return TimeScale(self._view.begin_ns, self._view.end_ns, 0.0, self._width_px)

    @property
    def visible_rows(self) -> float:
        return self._height_px / self._view.row_px

    @property
    def max_top_row(self) -> float:
        """How far rows can be scrolled; 0 where all of them fit."""
        return 0.0 if self._scene is None else max(0.0, len(self._scene.rows) - self.visible_rows)

    # what there is to see

    def start(self, scene: Scene | None, now_ns: int, live: bool) -> None:
        """Look at another timeline: everything is forgotten but the sizes."""
        self._scene = scene
        self._follow, self._fitted, self._fit_rows = live, True, True
        self._put(self._whole(replace(EMPTY, now_ns=now_ns, live=live)), always=True)

    def advance(self, scene: Scene, now_ns: int, live: bool) -> None:
        """Time went on, or the run ended: follow it, or show the whole of it if it was followed to its end."""
        first = self._scene is None
        self._scene = scene
        view = replace(self._view, now_ns=now_ns, live=live)
        if not live and self._follow:
            self._follow, self._fitted = False, True
        if self._follow and not first:
            view = self._followed(view)
        elif self._fitted:
            view = self._whole(view)
        self._put(view)

    def resize(self, width_px: float, height_px: float) -> None:
        """The plot has another size: its width and the height that its rows have."""
        size = max(width_px, 1.0), max(height_px, 1.0)
        if size != (self._width_px, self._height_px):
            self._width_px, self._height_px = size
            self._put(self._whole(self._view) if self._fitted else self._view)

    def reserve(self, words_px: float) -> None:
        """Leave this much free behind the last moment when the whole is shown: words stand there."""
        self._words_px = words_px

    # moves

    def fit(self) -> None:
        """Show the whole run, and as many rows as can be read."""
        self._follow, self._fitted, self._fit_rows = False, True, True
        self._put(replace(self._whole(self._view), top_row=0.0), always=True)

    def set_follow(self, follow: bool) -> None:
        """Stay with a live run; nothing that has ended can be followed."""
        follow = follow and self._view.live
        if follow != self._follow:
            self._follow, self._fitted = follow, False
            self._put(self._followed(self._view) if follow else self._view, always=True)

    def zoom(self, factor: float, at_ns: float) -> None:
        """Come closer by `factor`; the moment `at_ns` stays where it is."""
        zoomed = moves.zoom_at(self._view, factor, at_ns)
        if self._scene is not None:
            limited = moves.clamp(zoomed, self._scene)
            if limited.span_ns < zoomed.span_ns * 0.999:
                zoomed = moves.zoom_at(self._view, self._view.span_ns / limited.span_ns, at_ns)
        self._moved(zoomed)

    def pan(self, delta_ns: float) -> None:
        """Look `delta_ns` further right."""
        self._moved(moves.pan(self._view, delta_ns))

    def show_range(self, begin_ns: float, end_ns: float, top_row: float | None = None) -> None:
        """Look at this stretch, as far as there is something to see, with this row at the top."""
        view = moves.show(self._view, begin_ns, end_ns)
        self._moved(view if top_row is None else replace(view, top_row=top_row))

    def show_begin(self) -> None:
        """The run's first moment at the left, at the present zoom."""
        self.pan(self.begin_ns - 0.015 * self._view.span_ns - self._view.begin_ns)

    def show_end(self) -> None:
        """The run's last moment near the right, at the present zoom."""
        last_ns = self._view.now_ns if self._scene is None else max(self._view.now_ns, self._scene.last_ns)
        self.pan(last_ns + self._view.span_ns * self._room - self._view.end_ns)

    def show_moment(self, ts_ns: float) -> None:
        """Bring a moment into the middle, unless it is well in view."""
        view = self._view
        if not view.begin_ns + 0.1 * view.span_ns <= ts_ns <= view.end_ns - 0.1 * view.span_ns:
            self.pan(ts_ns - (view.begin_ns + view.end_ns) / 2)

    def scroll(self, top_row: float) -> None:
        """Put this row, or the nearest possible one, at the top."""
        self._put(replace(self._view, top_row=top_row))

    def show_row(self, row: int) -> None:
        """Scroll as little as needed to see this row whole."""
        if self._scene is not None:
            self._put(moves.scroll_to(self._view, row, self._scene, self._height_px))

    def zoom_rows(self, factor: float, y_px: float) -> None:
        """Higher rows by `factor`; what lies `y_px` below the first visible row's top stays there."""
        if self._scene is not None:
            self._fit_rows = False
            at_row = self._view.top_row + y_px / self._view.row_px
            self._put(moves.zoom_rows(self._view, factor, self._scene, self._height_px, at_row))

    # what is pointed at

    def select(self, upid: int | None) -> None:
        self._put(replace(self._view, selected=upid))

    def point(self, hovered: int | None, cursor_ns: float | None) -> None:
        """The pointer is over this process (or none) at this moment (or nowhere)."""
        self._put(replace(self._view, hovered=hovered, cursor_ns=cursor_ns))

    def measure(self, range_ns: tuple[float, float] | None) -> None:
        """Measure between two moments, in any order; None ends it."""
        self._put(replace(self._view, range_ns=(min(range_ns), max(range_ns)) if range_ns else None))

    # how

    @property
    def _room(self) -> float:
        """The share of the plot's width that stays free behind the last moment."""
        return min(RIGHT_ROOM_PX / self._width_px, 0.25)

    def _moved(self, view: View) -> None:
        """Somebody moved through time: that ends following."""
        was_following = self._follow
        self._follow = self._fitted = False
        if self._scene is not None:
            view = moves.clamp(view, self._scene)
        self._put(view, always=was_following)

    def _put(self, view: View, always: bool = False) -> None:
        if self._scene is not None:
            if self._fit_rows:
                view = replace(view, row_px=self._fitted_row_px(len(self._scene.rows)))
            view = moves.scroll(view, 0.0, self._scene, self._height_px)
        if always or view != self._view:
            self._view = view
            self.changed.emit()

    def _fitted_row_px(self, rows: int) -> float:
        low, high = FITTED_ROW_PX
        return float(min(max(self._height_px // max(rows, 1), low), high))

    def _whole(self, view: View) -> View:
        """The same view over the whole run, with room for words behind it."""
        scene = self._scene
        if scene is None:
            return view
        now_ns = max(view.now_ns, scene.last_ns)
        fitted = moves.fit(scene, view=view, now_ns=now_ns)
        last_ns = max(float(now_ns), scene.begin_ns + 1e6)
        length = last_ns - fitted.begin_ns
        room = min(max(self._room, self._words_px / self._width_px), 0.4)
        end_ns = fitted.begin_ns + length / (1.0 - room)
        least_ns = MIN_LIVE_SPAN_NS if view.live else 0.0
        return replace(
            fitted,
            now_ns=view.now_ns,
            top_row=view.top_row,
            end_ns=max(end_ns, fitted.begin_ns + least_ns),
        )

    def _followed(self, view: View) -> View:
        """The same view with its end a little right of now: first it grows, then it scrolls."""
        whole = self._whole(view)
        if view.begin_ns <= self.begin_ns and whole.span_ns <= FOLLOWED_SPAN_NS:
            return whole
        end_ns = view.now_ns + view.span_ns * self._room
        return replace(view, begin_ns=end_ns - view.span_ns, end_ns=end_ns)
