"""Prints records; decides nothing."""
