"""What C files say, without a compiler: tree-sitter behind one door."""
