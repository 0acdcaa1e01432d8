"""Commits that a patch needs in a target and that the user's history holds; without history, names."""
