"""Bytes to Series: mailboxes, messages, diffs, trailers."""
