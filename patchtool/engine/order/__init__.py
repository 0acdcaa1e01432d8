"""What the patches of a series need of each other."""
