"""Targets, presence, planning, verification, and what to send."""
