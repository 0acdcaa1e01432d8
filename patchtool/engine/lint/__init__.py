"""The symbols that a whole tree uses and no Kconfig file defines."""
