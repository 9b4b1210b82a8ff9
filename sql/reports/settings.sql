-- A report adds up and sorts in memory rather than on disk.
SET LOCAL work_mem = '64MB';
SET LOCAL enable_hashagg = on;
SET LOCAL enable_indexscan = on;
