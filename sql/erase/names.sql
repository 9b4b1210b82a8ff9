-- By what they may not come back.
SELECT kind, name FROM erased_names ORDER BY kind, name
