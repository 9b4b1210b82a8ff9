-- The figures of the summary.
SELECT
    (SELECT count(*) FROM undone_people WHERE how = 'insert')
        + (SELECT count(*) FROM undone_personas WHERE how = 'release') AS people_created,
    (SELECT count(*) FROM undone_people WHERE how = 'update') AS people_updated,
    (SELECT count(*) FROM undone_people WHERE how = 'delete') + (SELECT count(*) FROM emptied_agents) AS people_deleted,
    (SELECT count(*) FROM undone_personas WHERE how = 'insert') AS personas_created,
    (SELECT count(*) FROM moves) AS personas_moved,
    (SELECT count(*) FROM undone_personas WHERE how = 'delete') AS personas_deleted,
    (SELECT count(*) FROM undone_groups WHERE how = 'insert') AS groups_created,
    (SELECT count(*) FROM undone_groups WHERE how = 'update') AS groups_updated,
    (SELECT count(*) FROM undone_groups WHERE how = 'delete') AS groups_deleted,
    (SELECT count(*) FROM undone_parents WHERE how = 'insert') AS parents_added,
    (SELECT count(*) FROM undone_parents WHERE how = 'delete') AS parents_removed,
    (SELECT count(*) FROM undone_memberships WHERE how = 'insert') AS memberships_added,
    (SELECT count(*) FROM undone_memberships WHERE how = 'delete') AS memberships_removed,
    (SELECT count(*) FROM affected_people) AS pending_people,
    (SELECT count(*) FROM affected_with_ancestors) AS pending_groups
