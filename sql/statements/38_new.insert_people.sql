-- The people of new agents are made.
SELECT :newcomer_ids + nth AS id, first_name AS name FROM newcomers ORDER BY nth
