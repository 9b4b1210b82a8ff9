-- Whatever some people have is looked up, and no table read for it.
SET LOCAL random_page_cost = 1.1;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
