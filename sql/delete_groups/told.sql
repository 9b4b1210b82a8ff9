-- What each of them has lost: how many people, how many groups above and below, and which sources have put people into it.
SELECT
    d.group_id, d.custom_id, d.name,
    (SELECT count(DISTINCT m.person_id) FROM lost_memberships AS m WHERE m.group_id = d.group_id) AS members,
    (SELECT count(DISTINCT g.parent_id) FROM lost_parents AS g WHERE g.group_id = d.group_id) AS above,
    (SELECT count(DISTINCT g.group_id) FROM lost_parents AS g WHERE g.parent_id = d.group_id) AS below,
    ARRAY(SELECT s.name
          FROM sources AS s
          WHERE s.organisation_id = :organisation
            AND s.id IN (SELECT m.source_id FROM lost_memberships AS m WHERE m.group_id = d.group_id)
          ORDER BY s.name) AS sources
FROM deleted_groups AS d
ORDER BY d.custom_id
