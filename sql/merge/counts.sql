-- What was done, as figures.
SELECT
    (SELECT count(DISTINCT into_id) FROM merged_people) AS people_updated,
    (SELECT count(*) FROM merged_people) AS people_deleted,
    (SELECT count(DISTINCT persona_id) FROM hands) AS personas_moved,
    (SELECT count(*) FROM inherited_memberships) AS memberships_added,
    (SELECT count(*) FROM emptied_memberships) AS memberships_removed,
    (SELECT count(*) FROM affected_people) AS pending_people,
    (SELECT count(*) FROM affected_with_ancestors) AS pending_groups
