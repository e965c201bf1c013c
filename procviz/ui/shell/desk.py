"""The script that lies open: its text in the Code tab and its values in the controls, kept the same both ways."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from procviz.script.params import Form, Value, read_form, rewrite
from procviz.script.scripts import Script
from procviz.trace.problem import Problem
from procviz.ui.details.code_tab import Code
from procviz.ui.setup.controls import Controls
from procviz.ui.setup.faults import first_fault


class Desk(QObject):
    """Edits in the text move the controls, the controls rewrite literals in the text."""

    formChanged = Signal(object)  # Form

    def __init__(self, code: Code, controls: Controls) -> None:
        super().__init__(code)
        self._code = code
        self._controls = controls
        self._script = Script("", title="")
        self._text = ""
        self.form: Form = read_form("")
        self.read_only = False
        code.textEdited.connect(self._text_edited)
        controls.valueChosen.connect(self._value_chosen)

    @property
    def script(self) -> Script:
        """The script as it stands, edits included."""
        return replace(self._script, source=self._text)

    @property
    def edited(self) -> bool:
        """True when the text is no longer what was laid out."""
        return self._text != self._script.source

    def lay_out(self, script: Script, banner: str = "") -> None:
        """Another script; with a banner (a recording's) it can be read only."""
        self._script = script
        self.read_only = bool(banner)
        self._code.load(script.source, banner)
        self._text = self._code.editor.text
        self._script = replace(script, source=self._text)
        self._controls.set_read_only(self.read_only)
        self._read()

    def retranslate(self) -> None:
        """Say the faults again, in the language in use."""
        self._read()

    def _text_edited(self) -> None:
        text = self._code.editor.text
        if text != self._text:  # a document tells of changed colours too
            self._text = text
            self._read()

    def _read(self) -> None:
        self.form = read_form(self._text)
        self._controls.show_form(self.form)
        self._code.show_fault(None if self.read_only else first_fault(self.form))
        self.formChanged.emit(self.form)

    def _value_chosen(self, name: str, value: Value) -> None:
        if self.read_only:
            return
        try:
            text = rewrite(self._text, name, value)
        except Problem:
            self._controls.show_form(self.form)
            return
        if text != self._text:
            self._code.editor.become(text, owner=name)
