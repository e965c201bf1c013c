"""How it looks: QPainter functions that know no widgets, the same for screen, PNG, SVG and PDF."""
