-- What tells whether a list of people may have changed: who was made last (people of an organisation are made one after the
-- other, each with a higher id), and the runs in the history that may have changed anybody since. Whoever else makes people
-- go, come back or be others says so in the row of a run, in the same transaction.
SELECT
    coalesce((SELECT max(p.id) FROM people AS p WHERE p.organisation_id = :organisation), 0) AS newest,
    md5(coalesce(string_agg(concat_ws(':', r.id, r.version), ' ' ORDER BY r.id), '')) AS runs
FROM (
    (SELECT i.id, CAST(i.xmin AS text) AS version
     FROM imports AS i
     WHERE i.organisation_id = :organisation
     ORDER BY i.id DESC
     LIMIT :looked_at)
    UNION
    SELECT i.id, CAST(i.xmin AS text)
    FROM imports AS i
    WHERE i.organisation_id = :organisation AND i.state = 'running'
) AS r
