"""What happened: records, the file that keeps them, and the fold that turns them into a Timeline.

Knows no Qt, no numpy, no psutil and no words: ids, enums and numbers only.
"""
