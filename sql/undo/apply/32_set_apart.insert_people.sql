-- People are made for personas that statements refer to by now.
SELECT to_id AS id, agent_name AS name FROM dropped
