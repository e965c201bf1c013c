"""The witnesses: start the program, hear the probe, watch births and deaths, sample, drain the output, guard.

A process of its own without Qt; the rest of procviz meets it through `client.py` and gets records.
"""
