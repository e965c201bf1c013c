"""How fast procviz is, each figure beside a reference of the same run; a machine's mood touches both alike."""
