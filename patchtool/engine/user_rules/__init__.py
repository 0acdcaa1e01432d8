"""Rules that users write: TOML, and no code."""
