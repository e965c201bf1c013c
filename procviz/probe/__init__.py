"""Inside the observed interpreters: standard library only, Python 3.8 and later, imported by nobody in procviz.

It must not know procviz: what it tells is a fact, what that means is the fold's matter.

The recorder copies every other file of this folder into a private one and puts that first on PYTHONPATH of the program:
`sitecustomize.py`, a shim that even Python 2 parses, brings in `procviz_probe.py`, and that the rest. The probe appends
one line of ASCII JSON per event to the file PROCVIZ_EVENTS names. `recorder/probe_inbox/probe_events.py` holds the
other end of this vocabulary.

The variables that it reads: PROCVIZ_INJECT, this folder, which it takes out of sys.path (the variables stay, so that
children get it); PROCVIZ_EVENTS; PROCVIZ_BELL, the path of a socket that every process connects to for a moment,
optional; PROCVIZ_TEE, to be told of the writes through sys.stdout and sys.stderr that go to these files ("DEV:INO"
joined by ";", or "1" for whatever the first process finds there); PROCVIZ_PATH, a folder to import from right after
the script's own, optional; PROCVIZ_KERNEL: the kernel tells the recorder of births, so that nobody else has to.
"""
