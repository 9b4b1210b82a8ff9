"""What the columns of a source's files mean, where they are not the canonical ones: a mapping (TOML) becomes a
translation of a file's records into canonical columns; everything after it knows only those. `ready` has ready ones.
"""
