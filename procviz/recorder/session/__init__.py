"""One run: put together from its parts for this system, turned in one loop, slowed down when it costs too much.

The other rooms must not know it.
"""
