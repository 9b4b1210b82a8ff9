-- The groups that they are in there.
SELECT DISTINCT t.key, m.group_custom_id AS custom_id FROM there AS t JOIN staged_memberships AS m USING (line)
