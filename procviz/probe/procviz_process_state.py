"""What a process must not take over from the one that it was forked from, in one list.

After a fork each page of memory that is touched has to be copied first, in the parent and in the child, which takes
longer than whatever is done with it, and an attribute touches several: the object, its dict, the name. So these are
not attributes. This file must not know who looks at them.
"""

from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAIN = 0  # the main thread
MORE = 1  # whether something waits to be told along with the next event
STARTING = 2  # what is told of the child that the main thread starts by a fork just now; b"": it does not
FORKED = 3  # when this process was forked (ns), if that is still to be told; else 0
RUNNING = 4  # the process whose target runs, negative once its end was told; a fork has its parent's
EXITING = 5  # the process that has told that its exit began, negative once all of its exit handlers are done
HOLDING = 6  # the process that has text in the buffer of sys.stdout; 0: it is empty
UNENDED = 7  # what to call before anything else happens, if that text is a line that has not ended; else None
HANDLED = 8  # whether the program has functions of its own that answer signals
UNHEARD = 9  # what a fork is to call to have its writes listened to, where its parent's are not; else None

process_state: "list[Any]" = [get_ident(), False, b"", 0, 0, 0, 0, None, False, None]
