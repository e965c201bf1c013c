"""The witnesses: start the program, hear the probe, watch births and deaths, sample, drain the output, guard.

A process of its own, which must not know Qt nor words; the rest of procviz meets it through `client.py` and `job.py`,
and gets records.
"""
