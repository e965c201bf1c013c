"""The only room with Qt: the window and the painters that screen and exported pictures share.

It must not know how a process is watched: it starts a recorder and reads records.
"""
