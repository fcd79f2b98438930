"""Where the network looked, word by word."""
