-- They are in no group.
SELECT person_id FROM erased_people
