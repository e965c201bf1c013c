"""The parts of the recorder on Windows: a job object, handles, files instead of pipes.

It must not know the other systems.
"""
