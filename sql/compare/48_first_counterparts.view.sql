-- Who is somebody there, each once, whoever they are there.
SELECT person_id, min(key) AS key FROM counterparts GROUP BY person_id
