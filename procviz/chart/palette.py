"""Colours by role, in light and dark; what each state looks like beside its colour is paint's affair.

State colours were chosen so that neighbours stay at least CIE dE 22 (light) or 12 (dark) apart for normal,
deutan, protan and tritan eyes; every state also has a texture, a height or a symbol of its own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Every value is "#RRGGBB"."""

    dark: bool
    window: str
    card: str
    line: str
    zebra: str
    text: str
    muted: str
    accent: str
    accent_text: str  # on accent
    accent_soft: str  # a pressed or checked control
    starting: str
    running: str
    waiting: str
    suspended: str
    orphaned: str
    zombie: str
    terminated: str
    code_ended: str
    bar_text: str  # on running and waiting
    good: str  # exit 0: text
    good_soft: str  # exit 0: pill
    bad: str
    bad_soft: str
    identities: tuple[str, ...]  # a process's own colour, main first


LIGHT = Palette(
    dark=False,
    window="#F4F6F9",
    card="#FFFFFF",
    line="#E1E6ED",
    zebra="#F7F9FC",
    text="#1B2430",
    muted="#5B6878",
    accent="#0B66C3",
    accent_text="#FFFFFF",
    accent_soft="#E6F0FB",
    starting="#B9C4D1",
    running="#56A0E5",
    waiting="#F2B33D",
    suspended="#8C8C46",
    orphaned="#D98CB3",
    zombie="#6A3D9A",
    terminated="#CC3311",
    code_ended="#117A65",
    bar_text="#10161D",
    good="#1D5B41",
    good_soft="#DFF0E8",
    bad="#A3230A",
    bad_soft="#FBE4DF",
    identities=("#1B2430", "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#8C6D1F", "#56B4E9"),
)

DARK = Palette(
    dark=True,
    window="#12161C",
    card="#1A2028",
    line="#2B343F",
    zebra="#1F2630",
    text="#E4EAF1",
    muted="#8E9BAA",
    accent="#4EA3F2",
    accent_text="#0D1218",
    accent_soft="#1D3046",
    starting="#5D6B7B",
    running="#4EA3F2",
    waiting="#F0B94F",
    suspended="#A8CC8F",
    orphaned="#E39BC2",
    zombie="#B58AD0",
    terminated="#F0717F",
    code_ended="#4CC9A0",
    bar_text="#0D1218",
    good="#5FD0A5",
    good_soft="#1C3A31",
    bad="#F58A94",
    bad_soft="#44262B",
    identities=("#F2F5F9", "#3B9BE0", "#E69F00", "#12B886", "#F07A30", "#D890B8", "#F0E442", "#7CC8F2"),
)


def identity_colour(palette: Palette, identity: int) -> tuple[str, int]:
    """A process's own colour, and how often it was given to another before (0: solid lines, else dashed)."""
    if identity <= 0:
        return palette.identities[0], 0
    others = len(palette.identities) - 1
    return palette.identities[1 + (identity - 1) % others], (identity - 1) // others
