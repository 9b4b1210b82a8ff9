-- The fresh records of these groups are put in place.
SELECT * FROM fresh_group_records
