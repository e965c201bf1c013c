"""The window itself: its cards, menus and status line, and the rules between what is chosen, run and shown.

It must not know how anything is painted.
"""
