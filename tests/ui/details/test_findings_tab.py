"""What happened in sentences: a click shows the place, the link under a sentence opens the documentation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from procviz.chart.palette import LIGHT
from procviz.trace.findings.all_findings import FindingKind, find
from procviz.ui.details.findings_tab import PAGE_ROLE, Happened, whole_quantities
from procviz.wording import use_language
from procviz.wording.findings.sentences import page_about, sentence
from tests.trace.builders import whole_run


class _Browser(QObject):
    """Stands for the system's browser, through the door that Qt has for that."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[_Browser]:
    browser = _Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")  # type: ignore[arg-type]
    yield browser
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def happened(qtbot: QtBot) -> Happened:
    widget = Happened(LIGHT)
    qtbot.addWidget(widget)
    widget.resize(320, 600)
    timeline = whole_run().timeline
    widget.show_findings(find(timeline), sentence, timeline.begin_ns, True, lambda finding: page_about(finding.kind))
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_no_line_ends_between_a_number_and_its_unit() -> None:
    assert whole_quantities("for 1.02 s, 45 ms") == "for 1.02\u00a0s, 45\u00a0ms"
    assert whole_quantities("在 1.34 秒时") == "在 1.34\u00a0秒时"
    assert whole_quantities("see line 29 soon") == "see line 29 soon"


def _link(happened: Happened, row: int) -> QPoint:
    box = happened.list.visualItemRect(happened.list.item(row))
    return happened._delegate.link_rect(box).center()


def test_the_link_opens_the_documentation_and_chooses_nothing(
    happened: Happened, browser: _Browser, qtbot: QtBot
) -> None:
    chosen: list[object] = []
    happened.findingChosen.connect(chosen.append)
    page = happened.list.item(1).data(PAGE_ROLE)
    qtbot.mouseMove(happened.list.viewport(), _link(happened, 1))  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: happened.list.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor)
    qtbot.mouseClick(happened.list.viewport(), Qt.MouseButton.LeftButton, pos=_link(happened, 1))  # type: ignore[no-untyped-call]
    assert browser.opened == [page]
    assert chosen == []
    box = happened.list.visualItemRect(happened.list.item(1))
    qtbot.mouseClick(happened.list.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(80, 10))  # type: ignore[no-untyped-call]
    assert len(chosen) == 1
    assert browser.opened == [page]


def test_the_link_by_keyboard(happened: Happened, browser: _Browser, qtbot: QtBot) -> None:
    happened.list.setFocus()
    happened.list.setCurrentRow(0)
    qtbot.keyClick(happened.list, Qt.Key.Key_F1)  # type: ignore[no-untyped-call]
    assert browser.opened == [happened.list.item(0).data(PAGE_ROLE)]


def test_pages_in_the_language_in_use() -> None:
    without = {FindingKind.STOPPED, FindingKind.EVENTS_LOST, FindingKind.TORN}
    assert {kind for kind in FindingKind if page_about(kind) is None} == without
    use_language("zh_CN")
    try:
        assert (page_about(FindingKind.ZOMBIE) or "").startswith("https://docs.python.org/zh-cn/3/")
    finally:
        use_language("en")
