"""One timeline and one selection, shown by everything that shows them: the centre, the tabs, the line in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from procviz.chart.palette import identity_colour
from procviz.trace.timeline import Place, Timeline
from procviz.ui.appearance.theme import Theme
from procviz.ui.run.player import Player
from procviz.ui.shell.cards import RightCard
from procviz.ui.timeline.timeline_card import Centre
from procviz.wording.states import process_name

if TYPE_CHECKING:
    from procviz.trace.findings.all_findings import Finding

TABS_EVERY_TICKS = 3  # while live: ten times a second


class Views(QObject):
    """Spreads what the player has, and what the user selects, over all views."""

    selectionChanged = Signal(object)  # upid or None

    def __init__(self, player: Player, centre: Centre, right: RightCard, theme: Theme) -> None:
        super().__init__(right)
        self._player = player
        self._centre = centre
        self._right = right
        self._theme = theme
        self._shown = -1  # the revision of the timeline that the tabs show
        self._told = -1  # ... that the findings were told of
        self._ticks = 0
        self.selected: int | None = None
        player.opened.connect(self._opened)
        player.ticked.connect(self._ticked)
        player.finished.connect(self._finished)
        theme.changed.connect(self.refresh)
        centre.selected.connect(self.select)
        centre.pointer.clicked.connect(self._mark_line)
        right.output.selected.connect(self.select)
        right.processes.selected.connect(self.select)
        right.output.momentChosen.connect(self._show_moment)
        right.happened.findingChosen.connect(self._show_finding)
        right.tabs.currentChanged.connect(self._tab_changed)

    @property
    def timeline(self) -> Timeline | None:
        """What is on show."""
        return self._player.timeline

    def clear(self) -> None:
        """Show nothing: another script lies open."""
        self._player.forget()
        self._centre.set_timeline(None, live=False)
        self._clear_tabs()

    def refresh(self) -> None:
        """Show everything again: other colours, or another language."""
        self._shown = self._told = -1
        self._show_tabs(everything=True)

    def _clear_tabs(self) -> None:
        self.selected = None
        self._shown, self._told, self._ticks = -1, -1, 0
        for view in (self._right.output, self._right.processes, self._right.happened):
            view.clear()
        self._right.code.editor.mark_line(0)

    # the player's ticks

    def _opened(self) -> None:
        self._clear_tabs()
        self._centre.set_timeline(self.timeline, live=self._player.live)

    def _ticked(self) -> None:
        self._centre.tick(self._player.now_ns)
        self._ticks += 1
        if self._ticks % TABS_EVERY_TICKS == 0:
            self._show_tabs(everything=False)

    def _finished(self) -> None:
        if self.timeline is None:  # it never began
            self.clear()
            return
        self._centre.tick(self._player.now_ns)
        self._shown = self._told = -1
        self._show_tabs(everything=True)
        self._mark_line()

    def _tab_changed(self) -> None:
        self._show_tabs(everything=False)

    def _show_tabs(self, everything: bool) -> None:
        """Bring the tabs up to date; while live only the one that is seen, but for the output."""
        timeline = self.timeline
        if timeline is None:
            return
        if timeline.revision != self._shown or everything:
            self._shown = timeline.revision
            colours = self._colours()
            names = {upid: process_name(life, timeline) for upid, life in timeline.lives.items()}
            self._right.output.show_outputs(timeline.outputs, timeline.begin_ns, names, colours)
        if everything or self._right.processes.isVisible():
            self._right.processes.show_timeline(timeline, self._colours())
        if everything or (self._right.happened.isVisible() and self._told != timeline.revision):
            self._tell(timeline)

    def _tell(self, timeline: Timeline) -> None:
        from procviz.trace.findings.all_findings import find
        from procviz.wording.findings.sentences import page_about, sentence

        self._told = timeline.revision
        self._right.happened.show_findings(
            find(timeline),
            lambda finding: sentence(finding, timeline),
            timeline.begin_ns,
            not self._player.live,
            lambda finding: page_about(finding.kind),
        )

    def _colours(self) -> dict[int, str]:
        scene = self._centre.stage.scene
        palette = self._theme.palette
        return {} if scene is None else {row.upid: identity_colour(palette, row.identity)[0] for row in scene.rows}

    # selection

    def select(self, upid: int | None) -> None:
        """Select this process everywhere; None selects nothing."""
        if upid == self.selected:
            return
        self.selected = upid
        self._centre.select(upid)
        self._right.output.select(upid)
        self._right.processes.select(upid)
        self._mark_line()
        self.selectionChanged.emit(upid)

    def _show_moment(self, ts_ns: int, upid: int | None) -> None:
        self.select(upid)
        if upid is not None:
            self._centre.show_moment(upid, ts_ns)

    def _show_finding(self, finding: Finding) -> None:
        if finding.processes:
            self._show_moment(finding.ts_ns, finding.processes[0])
            self._mark_line(finding.place)

    def _mark_line(self, place: Place | None = None) -> None:
        """Mark this line, or else where the selected process was started, if that is in the text that lies open."""
        editor = self._right.code.editor
        timeline = self.timeline
        life = timeline.lives.get(self.selected) if timeline is not None and self.selected is not None else None
        if place is None and life is not None:
            place = life.started_at
        if timeline is None or place is None:
            editor.mark_line(0)
            return
        program = timeline.header.program
        ours = place.file in (program.run_path, program.path) and program.source == editor.text
        editor.mark_line(place.line if ours else 0)
