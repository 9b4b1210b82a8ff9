"""Corrections by hand: changed as an import changes things, shown before, kept in the history, and undone alike."""
