-- They are put in place.
SELECT * FROM fresh_persona_activity_records
