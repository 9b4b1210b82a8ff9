-- Everything is read from one end to the other, and sorted: looked up one by one, it would come in no order of the disk; added up in
-- a hash table, sums of numerics take ten times the room.
SET LOCAL effective_cache_size = '8MB';
SET LOCAL random_page_cost = 4;
SET LOCAL enable_hashagg = off;
