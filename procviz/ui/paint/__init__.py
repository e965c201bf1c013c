"""How it looks: QPainter functions the same for screen, PNG, SVG and PDF.

They must not know widgets.
"""
