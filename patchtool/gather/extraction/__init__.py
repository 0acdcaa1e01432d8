"""From a tree to programs, for one configuration at a time."""
