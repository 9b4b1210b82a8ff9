"""The story of an import: its files are staged, resolved, applied, guarded, told and remembered, as one batch or row by
row.
"""
