-- A report adds up and sorts in memory rather than on disk.
SET LOCAL work_mem = '64MB';
SET LOCAL random_page_cost TO DEFAULT;
SET LOCAL enable_hashjoin TO DEFAULT;
SET LOCAL enable_mergejoin TO DEFAULT;
SET LOCAL enable_nestloop TO DEFAULT;
SET LOCAL enable_hashagg TO DEFAULT;
SET LOCAL enable_indexscan TO DEFAULT;
