"""Bytes to cells: files to pieces of whole records, and what their headers mean.

`sources` opens what is given (archives, spreadsheets, standard input), `csv_records` cuts it into whole records,
`headers` says what its columns mean, `damage` looks for signs that a file was spoilt on its way.
"""
