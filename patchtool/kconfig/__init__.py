"""What Kconfig files say: as text with line numbers, and as values through kconfiglib."""
