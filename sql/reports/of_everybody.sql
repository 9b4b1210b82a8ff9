-- Where that is of everybody, all records are read from one end to the other, rather than in the order of a key, or one by one.
SET LOCAL enable_indexscan = off;
SET LOCAL enable_nestloop = off;
