-- Nobody is in them any more.
SELECT person_id, group_id, source_id FROM lost_memberships
