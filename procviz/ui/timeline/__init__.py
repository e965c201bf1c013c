"""The middle card: the timeline and its counter plots, and what wheel, keys and pointer do to them.

It must not know where records come from.
"""
