-- What another system called them, or what they had, is nobody's, whosever their personas are.
SELECT f.record, f.other_id, f.given_by, :import AS let_go_by
FROM (
    SELECT o.record, o.other_id, o.given_by, o.let_go_by
    FROM deleted_people AS d
    JOIN other_ids AS o ON o.organisation_id = :organisation AND o.person_id = d.person_id
    UNION
    SELECT o.record, o.other_id, o.given_by, o.let_go_by
    FROM deleted_people AS d
    JOIN spells_before AS b ON b.person_id = d.person_id AND b.ends_at = 'infinity'
    JOIN other_ids AS o ON o.organisation_id = :organisation AND o.persona_id = b.persona_id
    WHERE o.person_id IS NOT NULL
) AS f
WHERE f.let_go_by IS NULL OR EXISTS (
    SELECT FROM imports AS i
    WHERE i.organisation_id = :organisation AND i.undoes = f.let_go_by AND i.state IN ('committed', 'finished'))
