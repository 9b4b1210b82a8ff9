-- The people of their own are made, named after the agents.
SELECT :lonesome_ids + nth AS id, agent_name AS name FROM lonesome
