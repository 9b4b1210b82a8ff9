-- Who gets another custom_id is first without one: so ids can be swapped and passed on, for no two may have one at any
-- moment.
SELECT person_id AS id, CAST(NULL AS text) AS custom_id, said_in FROM renamed_people
