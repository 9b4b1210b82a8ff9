-- The memberships of the people who go.
SELECT person_id, group_id, source_id FROM emptied_memberships
