"""CPU and memory of the living, tick after tick, within a budget.

It must not know who is born or ends.
"""
