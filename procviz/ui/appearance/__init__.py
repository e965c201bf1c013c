"""How everything looks and in which language it speaks: palettes, icons, the frame around the focus.

It must not know what it is used for.
"""
