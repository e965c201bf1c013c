"""One run: put together from its parts for this system, turned in one loop, slowed down when it costs too much.

Nothing in the other rooms may know it.
"""
