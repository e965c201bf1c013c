"""What is run: source text with #@param controls, the lessons, the interpreters. No Qt, no words."""
