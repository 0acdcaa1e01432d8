"""A patch made to fit an older tree: every step shown, reversible, and never guessed."""
