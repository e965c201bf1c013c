"""The right card: lesson, code, output, what happened and processes, each as a tab.

It must not know the timeline's items.
"""
