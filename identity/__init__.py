"""The rules of identifiers and people: no database, no files, no terminal.

blanks       what is blank, and what is trimmed
identifiers  one value -> its normal form, or what is wrong with it: the truth
columns      the same for whole polars columns
custom_ids   the form under which custom_ids nearly coincide
nothing      which texts are no ids: error values, words for nothing
other_ids    ids of another system's records, and which can never be ours
agents       an xAPI actor -> the persona it names, and back
problems     every problem's code, once: title and sentence
"""
