"""The left card: lessons, the controls of a script, what is wrong with them, the Run button.

It must not know of processes.
"""
