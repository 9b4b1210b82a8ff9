-- Pairs of people who may be one, with what speaks for it, and a score: each piece leaves less doubt, a name in common too;
-- different names, and two custom_ids, for which somebody has told them apart, speak against it.
SELECT
    e.person_id, a.custom_id, a.name, e.other_id, b.custom_id AS other_custom_id, b.name AS other_name,
    round((1 - e.doubt * CASE WHEN lower(a.name) = lower(b.name) THEN 0.7 ELSE 1 END)
          * CASE WHEN lower(a.name) <> lower(b.name) THEN 0.8 ELSE 1 END
          * CASE WHEN a.custom_id IS NOT NULL AND b.custom_id IS NOT NULL THEN 0.6 ELSE 1 END, 2) AS score,
    e.evidence, e.kinds
FROM (
    SELECT
        person_id, other_id, CAST(exp(sum(ln(1 - weight))) AS numeric) AS doubt,
        string_agg(kind || ' ' || value, '; ' ORDER BY weight DESC, kind, value) AS evidence,
        array_agg(DISTINCT kind) AS kinds
    FROM evidence
    GROUP BY person_id, other_id
) AS e
JOIN people AS a ON a.organisation_id = :organisation AND a.id = e.person_id
JOIN people AS b ON b.organisation_id = :organisation AND b.id = e.other_id
