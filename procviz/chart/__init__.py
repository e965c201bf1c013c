"""Where things go: rows, arrays, time scale, ticks, hit test, counter pyramid, palette roles. No Qt, no words."""
