-- What sources have given of them goes.
SELECT person_id FROM erased_people
