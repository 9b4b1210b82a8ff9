"""Bytes to columns: people files to pieces of whole records to the frames that are staged; and back, the
rejects.

`files` opens an input, `pieces` cuts it into whole records, `headers` says what its columns mean, `people`
makes the four frames of each piece, `rejects` writes the lines that were not imported.
"""
