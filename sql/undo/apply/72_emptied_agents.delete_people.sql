-- The people go whom statements had made for a time that has gone back.
SELECT person_id AS id FROM emptied_agents
