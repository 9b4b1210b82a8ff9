-- Claims on a persona of a person with another custom_id, now or formerly. It moves, or it stays: by --takeovers, and in every
-- mode where a rejected line names its holder's custom_id. (confirmed: any line that was understood names it.) From a former
-- person it moves in every mode but leave.
SELECT
    c.component, c.line, c.place, c.ifi, c.persona_id, c.holder_id,
    :takeovers = 'leave'
        OR h.custom_id IN (SELECT n.custom_id FROM named_by_rejects AS n)
        OR h.custom_id IS NULL AND h.former_custom_id IN (SELECT n.custom_id FROM named_by_rejects AS n)
            AND NOT EXISTS (
                SELECT FROM people AS p
                WHERE p.organisation_id = :organisation AND p.custom_id = h.former_custom_id)
        OR :takeovers = 'confirmed' AND h.custom_id IS NOT NULL
            AND h.custom_id NOT IN (SELECT n.stated FROM components AS n WHERE n.stated IS NOT NULL)
            AND h.custom_id NOT IN (
                SELECT l.previous_custom_id FROM staged_lines AS l WHERE l.previous_custom_id IS NOT NULL)
            AND h.custom_id NOT IN (SELECT u.custom_id FROM unchanged AS u WHERE u.custom_id IS NOT NULL)
            AND h.custom_id NOT IN (
                SELECT u.previous_custom_id FROM unchanged AS u WHERE u.previous_custom_id IS NOT NULL) AS stays
FROM claims AS c
JOIN components AS k USING (component)
LEFT JOIN owned AS o USING (component)
JOIN people AS h ON h.organisation_id = :organisation AND h.id = c.holder_id
WHERE (h.custom_id IS NOT NULL OR h.former_custom_id IS NOT NULL)
  AND (k.stated IS NOT NULL OR k.person_id IS NOT NULL OR o.component IS NOT NULL)
  AND h.id IS DISTINCT FROM coalesce(k.person_id, o.person_id)
  AND NOT EXISTS (SELECT FROM pins AS p WHERE p.line = c.line AND p.place = c.place)
