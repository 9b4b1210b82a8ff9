-- Every component that is not rejected, by its first line: the customId that its lines name, and whose that is.
CREATE TEMP TABLE components ON COMMIT DROP AS
SELECT c.component, c.custom_id AS stated, c.custom_id, p.id AS person_id
FROM (
    SELECT l.line AS component, l.custom_id
    FROM staged_lines AS l
    WHERE NOT EXISTS (SELECT FROM joined AS j WHERE j.line = l.line)
      AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = l.line)
    UNION ALL
    SELECT j.component, max(j.custom_id)
    FROM joined AS j
    WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = j.line)
    GROUP BY j.component
) AS c
CROSS JOIN run
LEFT JOIN people AS p ON p.organisation_id = run.organisation_id AND p.custom_id = c.custom_id;
ANALYZE components;
