"""How the two font files here were made; run again only when the selection changes (needs fonttools).

    python resources/fonts/make.py NotoSansCJK-Regular.ttc NotoSansCJK-Bold.ttc

Both collections come with Debian's fonts-noto-cjk. Taken over: Latin, symbols and the characters of GB 2312 (all 6,763
in Regular, the 3,755 most used in Bold). Left out: the rest, hinting, and features that horizontal text needs not.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

SIMPLIFIED_CHINESE = "Noto Sans CJK SC"
LATIN_AND_SYMBOLS = [
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x2000, 0x27BF),
    (0x3000, 0x301F),
    (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE6),
]
LAST_ROW_OF_LEVEL_1 = 0xD7
LAST_ROW_OF_LEVEL_2 = 0xF7


def selection(last_row: int) -> set[int]:
    """Code points of Latin, symbols, and GB 2312 up to this row of its table."""
    wanted = {code for first, last in LATIN_AND_SYMBOLS for code in range(first, last + 1)}
    for row in range(0xA1, last_row + 1):
        for cell in range(0xA1, 0xFF):
            wanted.update(map(ord, bytes([row, cell]).decode("gb2312", errors="ignore")))
    return wanted


def make(collection: Path, last_row: int, target: Path) -> None:
    """Write the subset of the collection's Simplified Chinese face."""
    faces = TTCollection(collection).fonts
    face = next(face for face in faces if face["name"].getDebugName(1) == SIMPLIFIED_CHINESE)
    options = subset.Options(layout_features=[], hinting=False, desubroutinize=True, name_languages=["*"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=selection(last_row))
    subsetter.subset(face)
    face.save(target)


if __name__ == "__main__":
    here = Path(__file__).parent
    make(Path(sys.argv[1]), LAST_ROW_OF_LEVEL_2, here / "NotoSansCJKsc-Regular.otf")
    make(Path(sys.argv[2]), LAST_ROW_OF_LEVEL_1, here / "NotoSansCJKsc-Bold.otf")
