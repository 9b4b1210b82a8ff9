-- The people of gaps are made.
SELECT :gap_person_ids + nth AS id, name FROM gaps ORDER BY nth
