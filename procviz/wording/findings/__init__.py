"""The sentences of the findings, in files of the same names as in `trace/findings`.

It must not decide whether something happened.
"""
