-- They are put in place.
SELECT * FROM fresh_group_records
