"""Where things go: rows, arrays, time scale, ticks, hit test, counter pyramid, palette roles.

It must not know Qt, nor words.
"""
