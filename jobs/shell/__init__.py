"""What every command shares: its options, the terminal, how it ends, and the files it writes."""
