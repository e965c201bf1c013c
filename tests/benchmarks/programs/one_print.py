"""Hardly anything."""

print("done")
