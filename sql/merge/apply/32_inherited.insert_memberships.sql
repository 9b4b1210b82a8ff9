-- They are theirs.
SELECT person_id, group_id, source_id FROM inherited_memberships
