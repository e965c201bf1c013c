"""Inside the observed interpreters: standard library only, Python 3.8 and later, imported by nobody in procviz.

The recorder copies `sitecustomize.py` (a shim that even Python 2 parses) and `procviz_probe.py` into a private
folder and puts that folder first on PYTHONPATH of the program. The probe appends one line of ASCII JSON per event
to the file PROCVIZ_EVENTS names. `recorder/inbox.py` holds the other end of this vocabulary.
"""
