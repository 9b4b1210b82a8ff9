-- The fresh ones are put in place, per activity.
SELECT * FROM fresh_person_activity_records
