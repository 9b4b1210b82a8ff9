-- What was done, as figures.
SELECT
    (SELECT count(*) FROM deleted_groups) AS groups_deleted,
    (SELECT count(*) FROM lost_parents) AS parents_removed,
    (SELECT count(*) FROM lost_memberships) AS memberships_removed,
    (SELECT count(*) FROM stale_groups) AS pending_groups
