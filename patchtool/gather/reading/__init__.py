"""The kernel's own C, run: an interpreter for as much of the language as its gather code uses."""
