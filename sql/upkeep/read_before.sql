-- By now tables have been read for what has changed, and are in memory: to look up there what is asked of it costs less than to
-- read them whole once more. (For the first look it would not: on a disk each page by itself costs a multiple.)
SET LOCAL random_page_cost = 0.5;
