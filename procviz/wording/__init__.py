"""Findings, states and problems in words, and the one choice of language for window and command line.

gettext's catalogues in resources/locale; the source language is English. Knows no Qt.
"""

from __future__ import annotations

import gettext as _gettext

from procviz.places import LOCALE

LANGUAGES = ("en", "zh_CN")

_current: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Speak this language from now on: "en", "zh_CN", or a locale name of the system such as "zh_CN.UTF-8"."""
    global _current, _language
    _language = "zh_CN" if language.replace("-", "_").lower().startswith("zh") else "en"
    if _language == "en":
        _current = _gettext.NullTranslations()
    else:
        _current = _gettext.translation("procviz", LOCALE, [_language], fallback=True)


def language() -> str:
    """The language in use: "en" or "zh_CN"."""
    return _language


def _(message: str) -> str:
    """The message in the language in use."""
    return _current.gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The message for a number, in the language in use."""
    return _current.ngettext(singular, plural, n)
