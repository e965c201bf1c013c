"""The controls of a script, made from its form: they show values and faults, and ask for new values.

They know nothing of source text: a value the user chooses goes out through `valueChosen` and comes back in a form.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from procviz.script.params import ControlKind, Form, Param
from procviz.ui.setup.editors import (
    CheckEditor,
    ChoiceEditor,
    Editor,
    NumberEditor,
    SliderEditor,
    TextEditor,
    is_whole,
)
from procviz.ui.setup.faults import param_fault
from procviz.wording import _
from procviz.wording.programs import pretty, short_label

_EDITORS: dict[ControlKind, type[Editor]] = {
    ControlKind.SLIDER: SliderEditor,
    ControlKind.NUMBER: NumberEditor,
    ControlKind.CHECK: CheckEditor,
    ControlKind.CHOICE: ChoiceEditor,
    ControlKind.TEXT: TextEditor,
}


def _shape(param: Param) -> tuple[object, ...]:
    """What a control is built for; a parameter of the same shape can be shown by the same control."""
    limits = (param.minimum, param.maximum, param.step)
    return param.name, param.kind, param.integer, is_whole(param), limits, param.choices, param.free


class Control(QFrame):
    """One parameter: its label, its editor, and what is wrong with its value."""

    valueChosen = Signal(str, object)

    def __init__(self, param: Param, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape_ = _shape(param)
        self._param = param
        self.editor = _EDITORS[param.kind](param, self)
        self._fault = QLabel(self)
        self._fault.setWordWrap(True)
        self._fault.setProperty("role", "fault")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.editor)
        layout.addWidget(self._fault)
        self.editor.valueChosen.connect(lambda value: self.valueChosen.emit(self._param.name, value))
        self.show_label(label)
        self.show_param(param)

    @property
    def fault(self) -> str:
        """What is said beside the control; "" when all is well."""
        return self._fault.text()

    def show_label(self, label: str) -> None:
        """Name the control, on the screen and for those who listen to it; what follows a colon explains the name."""
        explanation = label.replace("\uff1a", ":").partition(":")[2].strip()
        self.editor.show_label(short_label(label))
        place = _("{name} in line {line} of the code").format(name=self._param.name, line=self._param.line)
        self.editor.setToolTip(f"{explanation}\n{place}" if explanation else place)

    def show_param(self, param: Param) -> None:
        """Take over the value and the fault that the source has now; says nothing back."""
        self._param = param
        self.editor.show_value(param)
        text = param_fault(param) if param.fault else ""
        self._fault.setText(text)
        self._fault.setVisible(bool(text))
        self.editor.show_fault(bool(text))


class Controls(QScrollArea):
    """All controls of a form, one under the other; scrolls when there are many."""

    valueChosen = Signal(str, object)
    rebuilt = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._body = QWidget(self)
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 6, 0)
        self._rows.setSpacing(10)
        self._empty = QLabel(self._body)
        self._empty.setProperty("role", "small")
        self._empty.setWordWrap(True)
        self._rows.addWidget(self._empty)
        self._rows.addStretch(1)
        self.setWidget(self._body)
        self._body.setAutoFillBackground(False)
        self._controls: dict[str, Control] = {}
        self._labels: Mapping[str, str] = {}
        self._read_only = False
        self.retranslate()

    @property
    def controls(self) -> Mapping[str, Control]:
        """The controls by parameter name, in the order of the source."""
        return self._controls

    def label(self, name: str) -> str:
        """What this parameter is called: the lesson's word for it, or its name made readable."""
        return self._labels.get(name) or pretty(name)

    def show_labels(self, labels: Mapping[str, str]) -> None:
        """Other words for the same parameters: a lesson's, in the language in use."""
        self._labels = labels
        for name, control in self._controls.items():
            control.show_label(self.label(name))

    def show_form(self, form: Form) -> None:
        """Show these parameters; controls that fit stay, so that a drag goes on while the source changes."""
        if form.faults and not form.params and self._controls:
            self._body.setEnabled(False)
            return
        self._body.setEnabled(not self._read_only)
        params = {param.name: param for param in form.params}
        if [_shape(param) for param in params.values()] != [control.shape_ for control in self._controls.values()]:
            self._rebuild(params)
        for name, control in self._controls.items():
            control.show_param(params[name])

    def set_read_only(self, read_only: bool) -> None:
        """A recording's parameters can be looked at only."""
        self._read_only = read_only
        self._body.setEnabled(not read_only)

    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        self._empty.setText(
            _("This script has no controls. Write {example} behind a constant to get one.").format(
                example='#@param {type:"slider", min:1, max:8}'
            )
        )
        self.show_labels(self._labels)

    def _rebuild(self, params: Mapping[str, Param]) -> None:
        for control in self._controls.values():
            self._rows.removeWidget(control)
            control.hide()
            control.deleteLater()
        self._controls = {}
        for position, (name, param) in enumerate(params.items()):
            control = Control(param, self.label(name), self._body)
            control.valueChosen.connect(self.valueChosen)
            self._rows.insertWidget(position, control)
            self._controls[name] = control
        self._empty.setVisible(not params)
        self.rebuilt.emit()

    def inputs(self) -> list[QWidget]:
        """All widgets that can have the focus, in order."""
        return [widget for control in self._controls.values() for widget in control.editor.inputs()]
