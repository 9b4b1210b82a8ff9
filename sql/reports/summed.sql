-- Where much is added up per person, sorting is faster than a hash table, in which a sum of numerics takes much room.
SET LOCAL enable_hashagg = off;
