"""Whether what a series uses is declared where it uses it, without a compiler."""
