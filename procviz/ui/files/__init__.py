"""Opening and saving: scripts, recordings, and a run as a picture that carries its recording.

It must not know the window's other parts.
"""
