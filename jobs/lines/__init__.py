"""Lines of people and of groups, as their header or a mapping says; and back, the rejects.

`people` and `groups` make the frames that are staged of each piece of a file, `inputs` are their files, `warned` counts
signs of damage, `rejects` writes the lines that were not imported.
"""
