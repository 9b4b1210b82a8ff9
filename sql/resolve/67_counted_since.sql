-- Components whose `since` counts: with --takeovers split, those of somebody whom this batch makes, or adopts, or gives a
-- former custom_id again. Of several lines the latest. (waits: somebody who had left is not there again before that.)
SELECT k.component, max(l.since) AS since, k.person_id IS NOT NULL AND max(l.since) > :moment AS waits
FROM staged_lines AS l
LEFT JOIN linked_after_contests AS j ON j.line = l.line
JOIN components AS k ON k.component = coalesce(j.component, l.line)
WHERE :takeovers = 'split' AND l.since IS NOT NULL
  AND (k.person_id IS NULL OR EXISTS (SELECT FROM former_ids AS f WHERE f.component = k.component AND f.theirs))
  AND NOT EXISTS (SELECT FROM told_by_holders AS o WHERE o.component = k.component)
  AND (k.stated IS NOT NULL
       OR NOT EXISTS (
           SELECT
           FROM claims AS c
           WHERE c.component = k.component AND c.holder_id IS NOT NULL
             AND NOT EXISTS (SELECT FROM pinned_claims AS p WHERE p.line = c.line AND p.place = c.place)))
GROUP BY k.component, k.person_id
