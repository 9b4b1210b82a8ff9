-- Claims on a persona of a person with another custom_id. It moves, or it stays: by --takeovers, and in every mode
-- where a rejected line names its holder's custom_id. (named: any line that was understood names it.)
SELECT
    t.component, t.line, t.place, t.ifi, t.persona_id, t.holder_id, t.named,
    :takeovers = 'leave' OR t.rejected OR :takeovers = 'confirmed' AND NOT t.named AS stays
FROM (
    SELECT
        c.component, c.line, c.place, c.ifi, c.persona_id, c.holder_id,
        h.custom_id IN (SELECT n.custom_id FROM named_by_rejects AS n) AS rejected,
        :takeovers IN ('confirmed', 'split')
            AND (h.custom_id IN (SELECT n.stated FROM components AS n WHERE n.stated IS NOT NULL)
                 OR h.custom_id IN (
                     SELECT l.previous_custom_id FROM staged_lines AS l WHERE l.previous_custom_id IS NOT NULL)
                 OR h.custom_id IN (SELECT u.custom_id FROM unchanged AS u WHERE u.custom_id IS NOT NULL)
                 OR h.custom_id IN (
                     SELECT u.previous_custom_id FROM unchanged AS u WHERE u.previous_custom_id IS NOT NULL)) AS named
    FROM claims AS c
    JOIN components AS k USING (component)
    LEFT JOIN owned AS o USING (component)
    JOIN people AS h ON h.organisation_id = :organisation AND h.id = c.holder_id
    WHERE CASE WHEN k.stated IS NULL AND k.person_id IS NOT NULL THEN h.custom_id IS NOT NULL
               ELSE h.custom_id <> coalesce(k.stated, o.custom_id) END
      AND NOT EXISTS (SELECT FROM pins AS p WHERE p.line = c.line AND p.place = c.place)
) AS t
