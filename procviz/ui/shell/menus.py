"""The menu bar: every action with its key, its words and where it goes. What an action does, the window says."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from procviz.places import FROZEN
from procviz.script.pythons import find_interpreters
from procviz.ui.appearance.language import NAMES
from procviz.ui.dialogs import key_text
from procviz.ui.settings import INTERVALS_MS, Settings
from procviz.ui.setup.run_button import RUN_KEY, STOP_KEY
from procviz.ui.shell.status import short_path
from procviz.wording import _
from procviz.wording.foreign_text import LONGEST_LINE, shown

Words = Callable[[], str]
Key = QKeySequence | QKeySequence.StandardKey | str


class Menus(QObject):
    """Builds the menus; each signal is something that the user wants."""

    openWanted = Signal()
    recentWanted = Signal(object)  # Path
    saveRecordingWanted = Signal()
    saveScriptWanted = Signal()
    exportWanted = Signal()
    quitWanted = Signal()
    runWanted = Signal()
    stopWanted = Signal()
    interpreterWanted = Signal()  # choose one
    interpreterChosen = Signal(object)  # str, or None for procviz's own
    fitWanted = Signal()
    recordingFactsWanted = Signal()
    languageChosen = Signal(str)
    schemeChosen = Signal(str)
    keysWanted = Signal()
    guideWanted = Signal()
    diagnosticsWanted = Signal()
    aboutWanted = Signal()

    def __init__(self, bar: QMenuBar, settings: Settings) -> None:
        super().__init__(bar)
        self._settings = settings
        self._bar = bar
        self.script_folder: Callable[[], Path | None] = lambda: None  # environments are looked for there
        self._words: list[tuple[QAction | QMenu, Words]] = []
        self._file()
        self._run()
        self._view()
        self._help()
        self.retranslate()

    def _menu(self, words: Words, parent: QMenuBar | QMenu | None = None) -> QMenu:
        menu = (parent or self._bar).addMenu("")
        self._words.append((menu, words))
        return menu

    def _action(self, menu: QMenu, words: Words, signal: object, key: Key = "") -> QAction:
        action = menu.addAction("")
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: signal.emit())  # type: ignore[attr-defined]
        self._words.append((action, words))
        return action

    def _choices(
        self, menu: QMenu, choices: list[tuple[object, Words]], current: object, choose: Callable[[object], None]
    ) -> None:
        group = QActionGroup(menu)
        for value, words in choices:
            action = menu.addAction("")
            action.setCheckable(True)
            action.setChecked(value == current)
            action.triggered.connect(lambda _checked=False, chosen=value: choose(chosen))
            group.addAction(action)
            self._words.append((action, words))

    def _file(self) -> None:
        menu = self._menu(lambda: _("&File"))
        self._action(menu, lambda: _("&Open…"), self.openWanted, QKeySequence.StandardKey.Open)
        self.recent = self._menu(lambda: _("Open &recent"), menu)
        self.recent.aboutToShow.connect(self._fill_recent)
        menu.addSeparator()
        save = lambda: _("&Save recording…")  # noqa: E731
        self.save_recording = self._action(menu, save, self.saveRecordingWanted, QKeySequence.StandardKey.Save)
        self.export = self._action(menu, lambda: _("&Export picture…"), self.exportWanted, "Ctrl+E")
        self._action(menu, lambda: _("Save s&cript as…"), self.saveScriptWanted, "Ctrl+Shift+S")
        menu.addSeparator()
        self._action(menu, lambda: _("&Quit"), self.quitWanted, "Ctrl+Q")

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self._settings.recent:
            action = self.recent.addAction(shown(path.name).replace("&", "&&"))
            action.setToolTip(escape(shown(str(path), LONGEST_LINE)))
            action.triggered.connect(lambda _checked=False, chosen=path: self.recentWanted.emit(chosen))
        if self.recent.isEmpty():
            self.recent.addAction(_("Nothing yet")).setEnabled(False)
            return
        self.recent.addSeparator()
        self.recent.addAction(_("Forget these")).triggered.connect(self._settings.forget_recent)

    def _run(self) -> None:
        menu = self._menu(lambda: _("&Run"))
        self.run = self._action(menu, lambda: _("&Run"), self.runWanted, RUN_KEY)
        self.stop = self._action(menu, lambda: _("&Stop"), self.stopWanted, STOP_KEY)
        menu.addSeparator()
        rates = [(ms, self._rate_words(ms)) for ms in INTERVALS_MS]
        sampling = self._menu(lambda: _("CPU and memory &samples"), menu)
        self._choices(sampling, list(rates), self._settings.interval_ms, self._set_interval)
        output = self._menu(lambda: _("Program's &output"), menu)
        modes: list[tuple[object, Words]] = [
            ("terminal", lambda: _("As in a terminal")),
            ("pipe", lambda: _("As into a file or pipe (buffered)")),
            ("unbuffered", lambda: _("Into a pipe, unbuffered (python -u)")),
        ]
        self._choices(output, modes, self._settings.output_mode, self._set_output)
        self.interpreter = self._menu(lambda: _("&Python"), menu)
        self.interpreter.aboutToShow.connect(self._fill_interpreter)

    @staticmethod
    def _rate_words(interval_ms: int) -> Words:
        return lambda: _("{count} per second").format(count=1000 // interval_ms)

    def _set_interval(self, value: object) -> None:
        assert isinstance(value, int)
        self._settings.interval_ms = value

    def _set_output(self, value: object) -> None:
        self._settings.output_mode = value  # type: ignore[assignment]

    def _fill_interpreter(self) -> None:
        self.interpreter.clear()
        chosen = self._settings.interpreter
        self._offer(None, _("The one procviz runs on") if not FROZEN else _("The one procviz brings along"), chosen)
        found = list(map(str, find_interpreters(self.script_folder())))
        if chosen is not None and chosen not in found:
            found.insert(0, chosen)
        for path in found:
            self._offer(path, short_path(path), chosen)
        self.interpreter.addSeparator()
        self.interpreter.addAction(_("Choose…")).triggered.connect(lambda: self.interpreterWanted.emit())

    def _offer(self, path: str | None, words: str, chosen: str | None) -> None:
        action = self.interpreter.addAction(words.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(path == chosen)
        action.triggered.connect(lambda: self.interpreterChosen.emit(path))

    def _view(self) -> None:
        menu = self._menu(lambda: _("&View"))
        self.fit = self._action(menu, lambda: _("&Fit the whole run"), self.fitWanted, "F")
        about = lambda: _("About this &recording")  # noqa: E731
        self.recording_facts = self._action(menu, about, self.recordingFactsWanted, "Ctrl+I")
        menu.addSeparator()
        languages: list[tuple[object, Words]] = [("", lambda: _("As the desktop"))]
        for code, name in NAMES.items():
            languages.append((code, lambda name=name: name))  # type: ignore[misc]
        language = self._menu(lambda: _("&Language"), menu)
        self._choices(language, languages, self._settings.language, lambda value: self.languageChosen.emit(value))
        schemes: list[tuple[object, Words]] = [
            ("system", lambda: _("As the desktop")),
            ("light", lambda: _("Light")),
            ("dark", lambda: _("Dark")),
        ]
        colours = self._menu(lambda: _("&Colours"), menu)
        self._choices(colours, schemes, self._settings.scheme, lambda value: self.schemeChosen.emit(value))

    def _help(self) -> None:
        menu = self._menu(lambda: _("&Help"))
        self._action(menu, lambda: _("&User guide"), self.guideWanted, QKeySequence.StandardKey.HelpContents)
        self._action(menu, lambda: _("&Keys and gestures"), self.keysWanted, "Ctrl+F1")
        menu.addSeparator()
        self._action(menu, lambda: _("Copy &diagnostics"), self.diagnosticsWanted)
        self._action(menu, lambda: _("&About procviz"), self.aboutWanted)

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        for thing, words in self._words:
            if isinstance(thing, QMenu):
                thing.setTitle(words())
            else:
                thing.setText(words())

    def keys(self) -> list[tuple[str, str]]:
        """Every action that has a key, with its words."""
        found = []
        for thing, words in self._words:
            if isinstance(thing, QAction) and not thing.shortcut().isEmpty():
                found.append((key_text(thing.shortcut()), _without_key(words())))
        return found


def _without_key(words: str) -> str:
    """An action's words as prose: Chinese ones carry their key in brackets."""
    return re.sub(r"\(&\w\)|&", "", words)
