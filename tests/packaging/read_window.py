"""What a screen reader sees of a window: a Python that has the system's `gi` prints one JSON list per object on it.

python3 read_window.py PID     role, name, whether the keyboard can get there, x, y, width, height of all that is shown
"""

import json
import sys
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # type: ignore[import-not-found]  # noqa: E402

DEEPEST = 40


def tell(thing: Any, depth: int = 0) -> None:
    states = thing.get_state_set()
    if depth > 1 and not states.contains(Atspi.StateType.SHOWING):
        return
    place = thing.get_component_iface()
    area = place.get_extents(Atspi.CoordType.SCREEN) if place else None
    corners = (area.x, area.y, area.width, area.height) if area else (0, 0, 0, 0)
    can_focus = states.contains(Atspi.StateType.FOCUSABLE)
    print(json.dumps([thing.get_role_name(), thing.get_name(), can_focus, *corners]))
    for index in range(thing.get_child_count() if depth < DEEPEST else 0):
        child = thing.get_child_at_index(index)
        if child is not None:
            tell(child, depth + 1)


Atspi.init()
desktop = Atspi.get_desktop(0)
for number in range(desktop.get_child_count()):
    program = desktop.get_child_at_index(number)
    if program is not None and program.get_process_id() == int(sys.argv[1]):
        tell(program)
