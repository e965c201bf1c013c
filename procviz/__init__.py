"""procviz shows how Python processes live and die."""

__version__ = "0.1.0"
