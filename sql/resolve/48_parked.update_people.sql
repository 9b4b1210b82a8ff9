-- All at once, so that ids can be swapped and passed on: first all are without, for no two may have one at any moment.
SELECT person_id AS id, CAST(NULL AS text) AS custom_id, said_in FROM renamed_people
