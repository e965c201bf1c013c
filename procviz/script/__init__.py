"""What is run: source text with #@param controls, the lessons, the interpreters.

It must not know Qt, nor words.
"""
