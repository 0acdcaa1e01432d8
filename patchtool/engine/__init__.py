"""Runs rules over the states base, 1..n and folds what they say."""
