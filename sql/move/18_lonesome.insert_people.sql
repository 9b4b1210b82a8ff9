-- The person of its own is made.
SELECT :lonesome_ids + 1 AS id, agent_name AS name FROM lonesome
