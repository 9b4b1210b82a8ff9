-- What lines go on without, and why: claims that were lost to other lines (rule 3), claims that who has the persona keeps
-- (rule 5), repetitions within one person's lines; those that are early, but not of what comes along with whom the lines
-- adopt; and ended spells that are another's.
SELECT line, place, ifi, why FROM lost_claims
UNION ALL
SELECT line, place, ifi, 'repeated' FROM repetitions
UNION ALL
SELECT line, place, ifi, 'pinned' FROM pinned_claims
UNION ALL
SELECT line, place, ifi, 'takeover' FROM claims_on_others WHERE stays
UNION ALL
SELECT line, place, ifi, why FROM spells_of_others
UNION ALL
SELECT m.line, m.place, c.ifi, 'since_future'
FROM moments AS m
JOIN claims AS c ON c.line = m.line AND c.place = m.place
WHERE m.at > :moment
  AND NOT EXISTS (SELECT FROM targets AS t WHERE t.component = c.component AND t.person_id = c.holder_id)
