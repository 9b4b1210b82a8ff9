-- People made for personas that are dropped, and statements refer to.
SELECT to_id AS id, agent_name AS name FROM dropped WHERE to_id IS NOT NULL
