-- What was done, as figures.
SELECT
    (SELECT CAST(EXISTS (SELECT FROM hands) AS integer)) AS moved,
    (SELECT count(*) FROM repinned WHERE pinned) AS pinned,
    (SELECT count(*) FROM repinned WHERE NOT pinned) AS unpinned,
    (SELECT count(*) FROM lonesome) AS people_created,
    (SELECT count(*) FROM emptied_people) AS people_deleted,
    (SELECT count(*) FROM affected_people) AS pending_people,
    (SELECT count(*) FROM affected_with_ancestors) AS pending_groups
