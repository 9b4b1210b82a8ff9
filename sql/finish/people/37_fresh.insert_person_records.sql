-- The fresh records of these people are put in place, in all.
SELECT * FROM fresh_person_records
