"""Statements and agents as xAPI has them: what is put is loaded as a file's statements are, and no more is kept."""
