"""What happened that is worth a sentence, each kind from the facts of a timeline alone.

It must not know how it is said: that is `wording/findings`, file by file.
"""
