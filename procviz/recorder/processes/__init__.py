"""Who is who: births, ends, reapings and adoptions by whatever witness, as lives in one table.

It must not know who else listens, nor what a fact means.
"""
