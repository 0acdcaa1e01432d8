"""Renames of Kconfig symbols: those that people wrote down, and those a series makes."""
