"""A timeline for other programs: the JSON report, Chrome's trace format, CSV.

It must not know pictures.
"""
