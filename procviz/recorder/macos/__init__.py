"""The parts of the recorder on macOS and the BSDs, with what they share with Linux taken from there.

It must not know Windows.
"""
