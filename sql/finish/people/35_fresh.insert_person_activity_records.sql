-- The fresh records of these people are put in place, per activity.
SELECT * FROM fresh_person_activity_records
