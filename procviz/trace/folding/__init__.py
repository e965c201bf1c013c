"""Records in, timeline out: whose evidence a record is, and what follows from it about lives.

It must not know words, files or what is worth a sentence.
"""
