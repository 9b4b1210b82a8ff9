-- So do their own, by activity.
SELECT person_id FROM forgotten_people
