"""What a kernel compiles: which files, with which headers, under which configurations."""
