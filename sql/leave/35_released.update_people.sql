-- Released people are without a custom_id. It is kept as their former one, which nobody else comes by unawares.
SELECT person_id AS id, CAST(NULL AS text) AS custom_id, custom_id AS former_custom_id, CAST(:moment AS timestamptz) AS lost_at
FROM released_people
