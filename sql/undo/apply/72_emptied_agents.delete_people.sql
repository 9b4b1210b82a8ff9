-- Last they go,
SELECT person_id AS id FROM emptied_agents
