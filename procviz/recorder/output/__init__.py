"""What the program prints: drained without making it wait, and who wrote which bytes.

It must not know what becomes of a record.
"""
