"""The tests mirror the rooms; each starts what it needs and leaves nothing behind."""
