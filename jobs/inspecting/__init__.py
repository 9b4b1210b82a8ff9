"""What an unknown file's columns are (`profile`), what they probably mean (`hr_words`, `proposal`): a mapping to start
from.
"""
