"""Where things go: rows, arrays, time scale, ticks, hit test, counter pyramid, palette roles. numpy, no Qt, no words."""
