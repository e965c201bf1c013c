"""Prints so many lines, or with `0` so many bytes without an end of line."""

import sys

if sys.argv[1] == "0":
    for _ in range(int(sys.argv[2]) // 1_000_000):
        sys.stdout.write("x" * 1_000_000)
else:
    for i in range(int(sys.argv[1])):
        print("line", i, "of many that are printed")
