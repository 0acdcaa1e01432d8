"""The machine that a program runs on, and every order in which it can go."""
