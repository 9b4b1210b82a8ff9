-- The fresh records of these personas are put in place.
SELECT * FROM fresh_persona_activity_records
