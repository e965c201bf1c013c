"""What the system is asked and told directly: /proc, psutil, pidfds, kernel events, signals by pid.

It must know nothing above it, and be cheap to import: the guards begin with it.
"""
