-- A transaction over whole files sorts, hashes and builds indexes in memory rather than on disk.
SET LOCAL work_mem = '192MB';
SET LOCAL hash_mem_multiplier = 2;
SET LOCAL maintenance_work_mem = '256MB';
SET LOCAL random_page_cost = 1.1;
