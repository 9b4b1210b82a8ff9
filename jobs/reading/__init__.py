"""Bytes to columns: people files to pieces of whole records to the frames that are staged; and back, the rejects.

`sources` opens what is given (archives, spreadsheets, standard input), `pieces` cuts it into whole records, `headers`
says what its columns mean, `people` makes the frames of each piece, `damage` looks for signs that a file was spoilt on
its way, `rejects` writes the lines that were not imported.
"""
