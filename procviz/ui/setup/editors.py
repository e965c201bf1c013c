"""One editor per kind of control: shows a parameter's value and tells the value that the user chooses."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from procviz.script.params import Param, Value

_INT_LIMIT = 2**31 - 1
_FLOAT_LIMIT = 1e12
_POSITIONS_WITHOUT_STEP = 100
HANDLE_PX = 18


class _WheelGuard(QObject):
    """The wheel scrolls the list of controls; it changes a value only in the control that has the focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class Editor(QWidget):
    """What all editors have in common."""

    valueChosen = Signal(object)

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._guard = _WheelGuard(self)
        self.label = QLabel(self)
        self.label.setWordWrap(True)

    def inputs(self) -> tuple[QWidget, ...]:
        """The widgets that can have the focus."""
        raise NotImplementedError

    def show_value(self, param: Param) -> None:
        """Show the parameter's value, as near as the editor can, without telling it back."""
        raise NotImplementedError

    def show_label(self, text: str) -> None:
        """Name the editor."""
        self.label.setText(text)
        for widget in self.inputs():
            widget.setAccessibleName(text)

    def show_fault(self, faulty: bool) -> None:
        """Mark the editor as holding a value that cannot be used."""
        for widget in self.inputs():
            if bool(widget.property("fault")) != faulty:
                widget.setProperty("fault", faulty)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def _guard_wheel(self) -> None:
        for widget in self.inputs():
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            widget.installEventFilter(self._guard)


def is_whole(param: Param) -> bool:
    """True when the control deals in whole numbers."""
    if param.integer:
        return True
    numbers = (param.value, param.minimum, param.maximum, param.step)
    return all(number is None or isinstance(number, int) for number in numbers)


def decimals(param: Param) -> int:
    """How many digits behind the point the parameter needs: those of its limits, its step and its value."""
    numbers = (param.minimum, param.maximum, param.step, param.value)
    exponents = [
        -int(Decimal(repr(float(number))).normalize().as_tuple().exponent)
        for number in numbers
        if isinstance(number, int | float)
    ]
    return min(max([0 if is_whole(param) else 1, *exponents]), 9)


def _spin_box(param: Param, parent: QWidget) -> QSpinBox | QDoubleSpinBox:
    if is_whole(param):
        whole = QSpinBox(parent)
        low = -_INT_LIMIT if param.minimum is None else int(param.minimum)
        whole.setRange(low, _INT_LIMIT if param.maximum is None else int(param.maximum))
        whole.setSingleStep(max(1, int(param.step or 1)))
        return whole
    real = QDoubleSpinBox(parent)
    real.setDecimals(decimals(param))
    low_f = -_FLOAT_LIMIT if param.minimum is None else param.minimum
    real.setRange(low_f, _FLOAT_LIMIT if param.maximum is None else param.maximum)
    real.setSingleStep(param.step or 10 ** -min(decimals(param), 1))
    return real


class NumberEditor(Editor):
    """A number box."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.box = _spin_box(param, self)
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.box.setKeyboardTracking(False)
        self.box.setFixedWidth(self._box_px(param))
        self.head = QHBoxLayout()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.label.setBuddy(self.box)
        self.head.addWidget(self.label, 1)
        self.head.addWidget(self.box)
        self._lay_out()
        self._guard_wheel()
        self.box.valueChanged.connect(self._box_changed)

    def _box_px(self, param: Param) -> int:
        """Room for the widest of the values that the limits name, or for a good many digits."""
        limits = [limit for limit in (param.minimum, param.maximum) if limit is not None]
        texts = [f"{limit:.{0 if isinstance(self.box, QSpinBox) else self.box.decimals()}f}" for limit in limits]
        if len(texts) < 2:
            texts.append("0" * 9)
        return 22 + max(self.box.fontMetrics().horizontalAdvance(text) for text in texts)

    def _lay_out(self) -> None:
        self.setLayout(self.head)

    def inputs(self) -> tuple[QWidget, ...]:
        return (self.box,)

    def show_value(self, param: Param) -> None:
        value = param.value if isinstance(param.value, int | float) else (param.minimum or 0)
        with QSignalBlocker(self.box):
            if isinstance(self.box, QSpinBox):
                self.box.setValue(max(-_INT_LIMIT, min(int(value), _INT_LIMIT)))
            else:
                self.box.setValue(float(value))

    def _box_changed(self, value: float) -> None:
        self.valueChosen.emit(self._exact(value))

    def _exact(self, value: float) -> Value:
        if isinstance(self.box, QSpinBox):
            return int(value)
        return round(float(value), self.box.decimals())


class JumpSlider(QSlider):
    """A slider whose handle comes to where the groove is pressed, and can be dragged on from there."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            x = round(event.position().x()) - HANDLE_PX // 2
            room = self.width() - HANDLE_PX
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), x, room))
        super().mousePressEvent(event)


class SliderEditor(NumberEditor):
    """A number box with a slider under it."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        self._low = param.minimum if param.minimum is not None else 0.0
        high = param.maximum if param.maximum is not None else self._low + 100
        step = param.step or (1 if is_whole(param) else (high - self._low) / _POSITIONS_WITHOUT_STEP)
        self._step = step or 1
        self._positions = max(0, int((high - self._low) / self._step + 1e-9))
        super().__init__(param, parent)

    def _lay_out(self) -> None:
        self.slider = JumpSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, self._positions)
        self.slider.setPageStep(max(1, self._positions // 10))
        self.slider.valueChanged.connect(self._slider_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self.head)
        layout.addWidget(self.slider)

    def inputs(self) -> tuple[QWidget, ...]:
        return self.box, self.slider

    def show_value(self, param: Param) -> None:
        super().show_value(param)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((self.box.value() - self._low) / self._step))

    def _slider_changed(self, position: int) -> None:
        self.valueChosen.emit(self._exact(self._low + position * self._step))


class CheckEditor(Editor):
    """A check box."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.label.hide()
        self.box = QCheckBox(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        self.box.toggled.connect(self.valueChosen.emit)

    def inputs(self) -> tuple[QWidget, ...]:
        return (self.box,)

    def show_label(self, text: str) -> None:
        super().show_label(text)
        self.box.setText(text.replace("&", "&&"))

    def show_value(self, param: Param) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(bool(param.value))


class ChoiceEditor(Editor):
    """A drop-down."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._choices = param.choices
        self.box = QComboBox(self)
        self.box.addItems([str(choice) for choice in param.choices])
        self.box.setEditable(param.free)
        if param.free:
            self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            line = self.box.lineEdit()
            assert line is not None
            line.textEdited.connect(self.valueChosen.emit)
        self.label.setBuddy(self.box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.label)
        layout.addWidget(self.box)
        self._guard_wheel()
        self.box.activated.connect(lambda index: self.valueChosen.emit(self._choices[index]))

    def inputs(self) -> tuple[QWidget, ...]:
        return (self.box,)

    def show_value(self, param: Param) -> None:
        with QSignalBlocker(self.box):
            known = param.value in self._choices
            self.box.setCurrentIndex(self._choices.index(param.value) if known else -1)
            if self.box.isEditable() and self.box.currentText() != str(param.value):
                self.box.setEditText(str(param.value))


class TextEditor(Editor):
    """A line of text."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.box = QLineEdit(self)
        self.label.setBuddy(self.box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.label)
        layout.addWidget(self.box)
        self.box.textEdited.connect(self.valueChosen.emit)

    def inputs(self) -> tuple[QWidget, ...]:
        return (self.box,)

    def show_value(self, param: Param) -> None:
        if self.box.text() != str(param.value):
            with QSignalBlocker(self.box):
                self.box.setText(str(param.value))
