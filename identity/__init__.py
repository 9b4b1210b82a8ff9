"""The rules of identifiers and people: no database, no files, no terminal.

identifiers  one value -> its normal form, or what is wrong with it: the truth
columns      the same for whole polars columns
agents       an xAPI actor -> the persona it names, and back
problems     every problem's code, once: title and sentence
"""
