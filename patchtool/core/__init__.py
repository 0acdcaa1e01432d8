"""The frozen records that all rooms speak; imports nothing of ours outside this folder."""
