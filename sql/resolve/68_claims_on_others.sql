-- Claims on a persona of a person with another custom_id, now or formerly. It is taken over, or it stays: by --takeovers,
-- and in every mode where a rejected line names its holder's custom_id. (named: any line that was understood names it; or
-- until now this source did, of which this is all.) From a former person, who is one since lost_at, it splits in every mode
-- but leave.
SELECT
    t.component, t.line, t.place, t.ifi, t.persona_id, t.holder_id, t.named, t.lost_at,
    :takeovers = 'leave' OR t.rejected OR :takeovers = 'confirmed' AND NOT t.former AND NOT t.named AS stays,
    :takeovers = 'split' OR t.former AS splits
FROM (
    SELECT
        c.component, c.line, c.place, c.ifi, c.persona_id, c.holder_id, h.custom_id IS NULL AS former, h.lost_at,
        h.known_as IN (SELECT n.custom_id FROM ids_named_by_rejects AS n)
            AND (h.custom_id IS NOT NULL
                 OR NOT EXISTS (
                     SELECT FROM people AS p
                     WHERE p.organisation_id = :organisation AND p.custom_id = h.known_as)) AS rejected,
        :takeovers IN ('confirmed', 'split')
            AND (h.known_as IN (SELECT n.custom_id FROM ids_of_understood_lines AS n)
                 OR EXISTS (
                     SELECT FROM people AS p
                     JOIN unchanged_people AS u ON u.person_id = p.id
                     WHERE p.organisation_id = :organisation AND p.custom_id = h.known_as))
            OR :takeovers = 'split' AND :snapshot AND :leavers <> 'keep'
            AND EXISTS (
                SELECT FROM source_people AS s
                WHERE s.organisation_id = :organisation AND s.source_id = :source AND s.person_id = h.id) AS named
    FROM claims AS c
    JOIN components AS k USING (component)
    LEFT JOIN told_by_holders AS o USING (component)
    JOIN (
        SELECT p.id, p.custom_id, p.lost_at, coalesce(p.custom_id, p.former_custom_id) AS known_as
        FROM people AS p
        WHERE p.organisation_id = :organisation AND (p.custom_id IS NOT NULL OR p.former_custom_id IS NOT NULL)
    ) AS h ON h.id = c.holder_id
    WHERE (k.stated IS NOT NULL OR k.person_id IS NOT NULL OR o.component IS NOT NULL OR k.adds)
      AND h.id IS DISTINCT FROM coalesce(k.person_id, o.person_id)
      AND NOT EXISTS (SELECT FROM pinned_claims AS p WHERE p.line = c.line AND p.place = c.place)
) AS t
