"""One switch for the language of everything: procviz's own words, Qt's, and the direction of numbers and dates."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal

from procviz.wording import language, use_language

NAMES = {"en": "English", "zh_CN": "简体中文"}


class Language(QObject):
    """The language in use; `choice` is what was asked for, "" for the desktop's."""

    changed = Signal()

    def __init__(self, application: QCoreApplication, choice: str = "") -> None:
        super().__init__(application)
        self._application = application
        self._translator: QTranslator | None = None
        self._choice = choice
        self._use()

    @property
    def choice(self) -> str:
        """What was asked for."""
        return self._choice

    @choice.setter
    def choice(self, choice: str) -> None:
        self._choice = choice
        self._use()
        self.changed.emit()

    def _use(self) -> None:
        use_language(self._choice or QLocale.system().name())
        if self._translator is not None:
            self._application.removeTranslator(self._translator)
            self._translator = None
        QLocale.setDefault(QLocale(language()))
        if language() == "en":
            return
        translator = QTranslator(self)
        if translator.load(f"qtbase_{language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            self._application.installTranslator(translator)
            self._translator = translator
