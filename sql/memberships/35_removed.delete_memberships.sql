-- Who is not in a group any more.
SELECT person_id, group_id, source_id FROM removed_memberships
