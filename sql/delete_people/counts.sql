-- What was done, as figures.
SELECT
    (SELECT count(*) FROM lonesome) AS people_created,
    (SELECT count(*) FROM deleted_people) AS people_deleted,
    (SELECT count(*) FROM gone_personas) AS personas_dropped,
    (SELECT count(*) FROM emptied_memberships) AS memberships_removed,
    (SELECT count(*) FROM affected_people) AS pending_people,
    (SELECT count(*) FROM affected_with_ancestors) AS pending_groups
