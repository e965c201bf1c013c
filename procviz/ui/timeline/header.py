"""The card's head: title, what runs for how long, the buttons, and the legend under them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from procviz.chart.palette import LIGHT, Palette
from procviz.ui.paint.legend import legend_height, paint_legend
from procviz.wording import _, ngettext

DOT_PX = 10


class Dot(QWidget):
    """A coloured dot; its meaning stands in words beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(DOT_PX, DOT_PX)
        self._colour = QColor()

    def set_colour(self, colour: str) -> None:
        if self._colour != QColor(colour):
            self._colour = QColor(colour)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()


class Badge(QLabel):
    """A line that is shortened where there is no room for it."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment(), shown)
        painter.end()


class Legend(QWidget):
    """The states and marks with their look. All of them, always: one that grew would move the plots of a live run."""

    def __init__(self) -> None:
        super().__init__()
        self._palette = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def restyle(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Legend"))
        self._fit()

    def _fit(self) -> None:
        """As high as its lines are at this width."""
        self.setFixedHeight(round(legend_height(max(self.width(), 100))))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_legend(painter, QRectF(self.rect()), self._palette)
        painter.end()


class Header(QWidget):
    """Title, badge and buttons in one row, the legend below."""

    fit_wanted = Signal()
    follow_wanted = Signal(bool)
    export_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._palette = LIGHT
        self._status: Callable[[], str] = lambda: ""
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._dot = Dot()
        self._badge = Badge()
        self._badge.setObjectName("badge")
        self.fit = QPushButton()
        self.follow = QPushButton()
        self.follow.setCheckable(True)
        self.export = QPushButton()
        self.legend = Legend()
        self.fit.clicked.connect(self.fit_wanted)
        self.follow.clicked.connect(self.follow_wanted)
        self.export.clicked.connect(self.export_wanted)
        self._arrange()
        self.retranslate()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget, gap in ((self._title, 12), (self._dot, 0), (self._badge, 0)):
            row.addWidget(widget)
            row.addSpacing(gap)
        row.addStretch(1)
        for button in (self.fit, self.follow, self.export):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.legend)

    def restyle(self, palette: Palette) -> None:
        self._palette = palette
        self._badge.setStyleSheet(f"#badge {{ color: {palette.muted}; }}")
        self.legend.restyle(palette)

    def retranslate(self) -> None:
        self._title.setText(_("Timeline"))
        self.fit.setText(_("Fit"))
        self.fit.setToolTip(_("Show the whole run (F)"))
        self.follow.setText(_("Follow"))
        self.follow.setToolTip(_("Keep the newest moment in view while the program runs"))
        self.export.setText(_("Export"))
        self.export.setToolTip(_("Write the whole timeline as a picture"))
        for button in (self.fit, self.follow, self.export):
            button.setAccessibleName(button.text())
            button.setAccessibleDescription(button.toolTip())
        self.legend.retranslate()

    def show_nothing(self) -> None:
        """There is no run."""
        self._dot.setVisible(False)
        self.legend.setVisible(False)
        self._set_badge("")
        self._enable(anything=False, live=False)

    def show_run(self, elapsed_ns: int, processes: int, live: bool, torn: bool) -> None:
        """How long the run lasts or lasted, and of how many processes."""
        self._dot.setVisible(True)
        self.legend.setVisible(True)
        self._dot.set_colour(
            self._palette.terminated if live else self._palette.bad if torn else self._palette.code_ended
        )
        state = _("Live") if live else _("Incomplete") if torn else _("Ended")
        count = ngettext("{count} process", "{count} processes", processes).format(count=processes)
        seconds = _("{seconds} s").format(seconds=f"{elapsed_ns / 1e9:.{1 if live else 2}f}")
        self._set_badge(_("{state}  {seconds}  ·  {processes}").format(state=state, seconds=seconds, processes=count))
        self._enable(anything=True, live=live)

    def _enable(self, anything: bool, live: bool) -> None:
        self.fit.setEnabled(anything)
        self.export.setEnabled(anything)
        self.follow.setEnabled(live)

    def _set_badge(self, text: str) -> None:
        if text != self._badge.text():
            self._badge.setText(text)
            self._badge.setToolTip(text)
            self._badge.setAccessibleName(text)
