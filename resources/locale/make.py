"""Brings every language's catalogue up to date with the source: extract, merge, compile (needs Babel).

    python resources/locale/make.py [FOLDER]     the folder that holds zh_CN/LC_MESSAGES and the like; default: this one

No line numbers and no dates of today are written, so that a catalogue changes only when a text does.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent / "procviz"


def texts_of_the_source() -> Catalog:
    """Every message of the package, untranslated."""
    catalog = Catalog(project="procviz", charset="utf-8")
    for _file, _line, message, comments, context in extract_from_dir(PACKAGE, [("**.py", "python")]):
        catalog.add(message, auto_comments=comments, context=context)
    return catalog


def bring_up_to_date(path: Path, texts: Catalog) -> int:
    """Rewrite one .po file and the .mo file beside it; returns how many messages still want a translation."""
    language = path.parent.parent.name
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_output=True, no_location=True, ignore_obsolete=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return sum(not is_translated(message) for message in catalog)


def is_translated(message: Message) -> bool:
    """Whether every form of a message has a text."""
    forms = [message.string] if message.string is None or isinstance(message.string, str) else message.string
    return all(forms)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if sys.argv[1:] else HERE
    texts = texts_of_the_source()
    for path in sorted(folder.glob("*/LC_MESSAGES/procviz.po")):
        wanting = bring_up_to_date(path, texts)
        print(f"{path.parent.parent.name}: {len(texts)} messages, {wanting} not translated")
