"""What the window does: choosing, running, stopping, opening, keeping. The rules between the parts, no widgets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt
from PySide6.QtGui import QGuiApplication

from procviz.script.interpreters import examine
from procviz.script.lessons import Lesson
from procviz.script.params import Form
from procviz.script.scripts import Script
from procviz.trace.file import recording_bytes
from procviz.trace.problem import Problem
from procviz.ui import dialogs
from procviz.ui.files.file_actions import Files
from procviz.ui.files.opening import OpenedRecording
from procviz.ui.run.player import ListSource, Player
from procviz.ui.run.run_control import RunControl
from procviz.ui.setup.faults import why_not_runnable
from procviz.ui.setup.lesson_list import OWN
from procviz.ui.setup.run_button import RunState
from procviz.ui.shell.about import show_about
from procviz.ui.shell.desk import Desk
from procviz.ui.shell.diagnostics import diagnostics
from procviz.ui.shell.guide import show_guide
from procviz.ui.shell.status import facts_text, status_text, trouble_texts
from procviz.ui.shell.views import Views
from procviz.ui.shell.window import Window
from procviz.wording import _, language
from procviz.wording.foreign_text import shown
from procviz.wording.influence import influence_texts
from procviz.wording.programs import program_title


class Conductor(QObject):
    """Connects the parts of one window."""

    def __init__(self, window: Window, lessons: list[Lesson], player: Player, run_control: RunControl) -> None:
        super().__init__(window)
        self.window = window
        self.player = player
        self.run_control = run_control
        self._lessons = {lesson.id: lesson for lesson in lessons}
        self.lesson: Lesson | None = None
        self.own: Script | None = None
        self.opened: OpenedRecording | None = None  # a recording from a file is on show
        self.desk = Desk(window.right.code, window.left.controls)
        self.files = Files(window, window.settings)
        self.views = Views(player, window.centre, window.right, window.theme)
        self._connect()

    def _connect(self) -> None:
        window, menus = self.window, self.window.menus
        self.desk.formChanged.connect(self._form_changed)
        window.left.lessons.lessonChosen.connect(self.choose)
        window.right.code.scriptWanted.connect(self.use_recorded_script)
        for wanted in (window.left.run.runWanted, menus.runWanted):
            wanted.connect(self.run)
        for wanted in (window.left.run.stopWanted, menus.stopWanted):
            wanted.connect(self.stop)
        self.player.ticked.connect(self._say_status)
        self.player.finished.connect(self._finished)
        self.player.failed.connect(window.show_problem)
        self.files.scriptOpened.connect(self.show_script)
        self.files.recordingOpened.connect(self.show_recording)
        self.files.failed.connect(window.show_problem)
        self.files.done.connect(lambda text: window.status.setText(text))
        window.filesDropped.connect(self.files.open)
        window.closing.connect(self.close)
        window.language.changed.connect(self.retranslate)
        self._connect_menus()

    def _connect_menus(self) -> None:
        window, menus = self.window, self.window.menus
        menus.openWanted.connect(lambda: self.files.ask_to_open())
        menus.recentWanted.connect(self.files.open)
        menus.saveRecordingWanted.connect(self.save_recording)
        menus.saveScriptWanted.connect(lambda: self.files.ask_to_save_script(self.desk.script))
        menus.quitWanted.connect(window.close)
        menus.interpreterWanted.connect(self.ask_for_interpreter)
        menus.interpreterChosen.connect(self.use_interpreter)
        menus.keysWanted.connect(lambda: dialogs.show_keys(window, self.keys()))
        menus.aboutWanted.connect(lambda: show_about(window, window.mono))
        menus.guideWanted.connect(lambda: show_guide(window))
        menus.diagnosticsWanted.connect(self.copy_diagnostics)
        menus.recordingFactsWanted.connect(self.show_recording_facts)
        menus.script_folder = lambda: self.desk.script.path.parent if self.desk.script.path else None
        menus.languageChosen.connect(self._use_language)
        menus.schemeChosen.connect(self._use_scheme)
        for wanted in (menus.exportWanted, window.centre.export_requested):
            wanted.connect(self.export)
        menus.fitWanted.connect(window.centre.fit)
        window.centre.act_requested.connect(self.run_control.act)

    # what lies open

    def choose(self, lesson_id: str) -> None:
        """Lay out a lesson, or one's own script again (OWN)."""
        if lesson_id == OWN and self.own is not None:
            self.show_script(self.own)
        elif lesson_id in self._lessons:
            self.lesson = self._lessons[lesson_id]
            self._lay_out(self.lesson.script)

    def show_script(self, script: Script) -> None:
        """Lay out a script that is no lesson."""
        self.lesson = self._lessons.get(script.lesson or "")
        if self.lesson is None:
            self.own = script
            self.window.left.lessons.show_own(script.title)
        self._lay_out(script)

    def _lay_out(self, script: Script) -> None:
        self.opened = None
        if not self.run_control.running:
            self.views.clear()
        self._show_lesson()
        self.desk.lay_out(script)
        self.window.banner.say([])
        self._say_status()

    def _show_lesson(self) -> None:
        window, lesson = self.window, self.lesson
        window.left.lessons.choose(lesson.id if lesson else OWN)
        window.left.controls.show_labels(lesson.text(language()).labels if lesson else {})
        window.right.show_lesson(lesson)

    def show_recording(self, opened: OpenedRecording) -> None:
        """Show a saved run as if it had just ended. One that is going on is stopped."""
        self.run_control.close()
        self.opened = opened
        program = opened.recording.header.program
        self.lesson = self._lessons.get(program.lesson or "")
        self._show_lesson()
        self.desk.lay_out(Script(program.source or "", title=program.title), banner=self._recording_text())
        self.player.play(ListSource([opened.recording.header, *opened.recording.records]), live=False)
        self._say_status()

    def use_recorded_script(self) -> None:
        """Make the opened recording's script the one to run."""
        assert self.opened is not None
        program = self.opened.recording.header.program
        path = Path(program.path) if program.path else None
        args = tuple(program.argv[1:])
        self.show_script(Script(program.source or "", program.title, path, program.lesson, args))

    # running

    def run(self) -> None:
        """Run exactly the text in the Code tab."""
        if not self.window.left.run.can_run:
            return
        try:
            client = self.run_control.start(self.desk.script)
        except Problem as problem:
            self.window.show_problem(problem)
            return
        self.window.left.run.show_state(RunState.RUNNING)
        self.window.banner.say([])
        self.player.play(client, live=True)
        self._update_actions()

    def stop(self) -> None:
        """End everything that the run started."""
        if self.run_control.running:
            self.run_control.stop()
            self.window.left.run.show_state(RunState.STOPPING)

    def _finished(self) -> None:
        self.window.left.run.show_state(RunState.IDLE)
        self._say_status()
        self._update_actions()

    def close(self) -> None:
        """The window closes: nothing of a run stays behind."""
        self.player.stop()
        self.run_control.close()

    # keeping

    def _recording_bytes(self) -> bytes:
        if self.opened is not None:
            return self.opened.data()
        path = self.run_control.recording
        return recording_bytes(path) if path is not None else b""

    def _run_name(self) -> str:
        if self.opened is not None:
            return self.opened.path.stem
        script = self.desk.script
        return script.lesson or (script.path.stem if script.path else "run")

    def save_recording(self) -> None:
        """Ask where to keep what is on show."""
        if self.views.timeline is not None:
            self.files.ask_to_save_recording(self._run_name(), self._recording_bytes)

    def export(self) -> None:
        """Ask which picture to make of what is on show."""
        timeline = self.views.timeline
        if timeline is not None:
            self.files.ask_to_export(self._run_name(), timeline, self._recording_bytes, self.window.theme.palette.dark)

    # settings

    def ask_for_interpreter(self) -> None:
        """Let the user point at another Python."""
        folder = Path(self.window.settings.interpreter or "/usr/bin/python3").parent
        dialog = dialogs.ask_for_file(self.window, _("Choose a Python interpreter"), folder, [_("All files") + " (*)"])
        dialog.fileSelected.connect(self.use_interpreter)

    def use_interpreter(self, executable: str | None) -> None:
        """Run scripts with this Python from now on, if it is one."""
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            examine(executable)
        except Problem as problem:
            self.window.show_problem(problem)
        else:
            self.window.settings.interpreter = executable
        finally:
            QGuiApplication.restoreOverrideCursor()
        self._say_status()

    def keys(self) -> list[tuple[str, str]]:
        """Every key and gesture with what it does."""
        gestures = [
            ("W A S D", _("Zoom in, move left, zoom out, move right")),
            (_("Wheel"), _("Zoom at the pointer")),
            (_("Drag"), _("Move through time")),
            (_("Click"), _("Select a process everywhere")),
            (_("Right button"), _("Act on a process: interrupt, terminate, kill, suspend, resume")),
            (_("Arrow keys"), _("Select the process above or below")),
            ("Esc", _("Leave the code without the mouse")),
        ]
        return self.window.menus.keys() + gestures

    def copy_diagnostics(self) -> None:
        """Put what somebody who helps needs to know where it can be pasted from."""
        QGuiApplication.clipboard().setText(diagnostics(self.window.settings))
        self.window.status.setText(_("Copied: versions, system and settings. Nothing of your programs is in it."))

    def show_recording_facts(self) -> None:
        """Say what recording changed for the program, and what of it is not known."""
        timeline = self.views.timeline
        if timeline is not None:
            texts = trouble_texts(timeline) + influence_texts(timeline.header)
            dialogs.show_texts(self.window, _("About this recording"), texts)

    def _use_language(self, choice: str) -> None:
        self.window.settings.language = choice
        self.window.language.choice = choice

    def _use_scheme(self, scheme: str) -> None:
        self.window.settings.scheme = scheme  # type: ignore[assignment]
        self.window.theme.scheme = scheme  # type: ignore[assignment]

    # saying

    def _form_changed(self, form: Form) -> None:
        if self.opened is not None:
            reason = _("This is a recording. To run its script, choose “Use this script” in the Code tab.")
        else:
            reason = why_not_runnable(form)
        self.window.left.run.show_reason(reason, fault=self.opened is None)
        self._update_actions()

    def _update_actions(self) -> None:
        menus, run = self.window.menus, self.window.left.run
        menus.run.setEnabled(run.can_run)
        menus.stop.setEnabled(run.state is RunState.RUNNING)
        something = self.views.timeline is not None
        menus.save_recording.setEnabled(something)
        menus.recording_facts.setEnabled(something)
        menus.export.setEnabled(something)

    def _recording_text(self) -> str:
        assert self.opened is not None
        header = self.opened.recording.header
        when = QDateTime.fromMSecsSinceEpoch(header.unix_ns // 1_000_000)
        day = QLocale().toString(when, QLocale.FormatType.ShortFormat)
        return _("Recording of {title}, {day}").format(title=program_title(header.program), day=day)

    def _say_status(self) -> None:
        window, timeline = self.window, self.views.timeline
        window.status.setText(status_text(timeline, self.player.live, self.player.now_ns))
        window.facts.setText(facts_text(timeline, window.settings))
        if timeline is not None and not self.player.live:
            window.banner.say(trouble_texts(timeline))
        name = self.opened.path.name if self.opened else self._script_title()
        window.setWindowTitle(_("{name} – procviz").format(name=shown(name)))
        self._update_actions()

    def _script_title(self) -> str:
        return self.lesson.text(language()).title if self.lesson else self.desk.script.title

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        if self.lesson is not None:
            self.window.left.controls.show_labels(self.lesson.text(language()).labels)
        if self.opened is not None:
            self.window.right.code.show_banner(self._recording_text())
        self.desk.retranslate()
        self.views.refresh()
        self._say_status()
