-- Of each component whose lines state no custom_id: the person with one, now or formerly, who holds its personas at present.
-- `ambiguous`: these are two, and nobody can say whose it is.
SELECT
    c.component, min(h.id) AS person_id, min(h.custom_id) AS custom_id, min(h.id) <> max(h.id) AS ambiguous,
    min(coalesce(h.custom_id, h.former_custom_id || ' (former)')) || ' and '
        || max(coalesce(h.custom_id, h.former_custom_id || ' (former)')) AS several
FROM components AS k
JOIN claims AS c USING (component)
JOIN people AS h ON h.organisation_id = :organisation AND h.id = c.holder_id
WHERE k.stated IS NULL AND k.person_id IS NULL AND NOT k.adds AND (h.custom_id IS NOT NULL OR h.former_custom_id IS NOT NULL)
GROUP BY c.component
