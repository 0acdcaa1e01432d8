"""Reports as one self-contained HTML file: it needs no network, and what it quotes stays text."""
