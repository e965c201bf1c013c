"""The parts of the recorder that only Linux has.

It must not know the other systems.
"""
