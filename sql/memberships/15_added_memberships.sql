-- Memberships that this source has not given before; of whom exactly the line's are wished, those that nobody has. (Several lines of one target may name one group; a line names it once.)
WITH fresh AS (
    SELECT d.person_id, d.group_id, d.said_in
    FROM wanted_memberships AS d
    WHERE NOT EXISTS (
        SELECT FROM memberships AS m
        WHERE m.organisation_id = :organisation AND m.person_id = d.person_id AND m.group_id = d.group_id
          AND m.source_id = :source)
      AND NOT EXISTS (
        SELECT FROM wishes_of_one_person AS w
        JOIN targets AS t ON t.component = w.line
        JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = t.person_id
        WHERE w.exactly_groups AND m.person_id = d.person_id AND m.group_id = d.group_id)
)
SELECT f.person_id, f.group_id, f.said_in
FROM fresh AS f
WHERE NOT EXISTS (SELECT FROM crowded_targets AS c WHERE c.person_id = f.person_id)
UNION ALL
(SELECT DISTINCT ON (f.person_id, f.group_id) f.person_id, f.group_id, f.said_in
 FROM crowded_targets AS c
 JOIN fresh AS f USING (person_id)
 ORDER BY f.person_id, f.group_id, f.said_in)
