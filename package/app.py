"""Where the packaged app starts: the light door, after the app's own variables are gone from the environment.

Nobody that procviz starts, be it its recorder or the user's own Python, may see where the app keeps its libraries.
"""

import sys

from procviz.places import leave_no_trace

leave_no_trace()

from procviz.__main__ import main  # noqa: E402

sys.exit(main())
