"""Moving in: what other systems keep of people, brought into the files that imports read.

A source is a reader (one module each) that streams what it finds, and canonical files (`canonical`) that it is written
to; `into` runs an import on them, as on any file.
"""
