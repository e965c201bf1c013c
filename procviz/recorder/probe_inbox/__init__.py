"""What comes from the probe: its events line by line, and the bell that says that there are some.

It must not know lives.
"""
