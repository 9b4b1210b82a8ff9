-- And who is not any more.
SELECT person_id, group_id, source_id FROM removed_memberships
