-- The fresh ones are put in place, in all.
SELECT * FROM fresh_person_records
