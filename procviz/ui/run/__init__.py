"""Runs in the window: a script and its settings become a job, the recorder's records a timeline that grows.

It must not know what shows them.
"""
