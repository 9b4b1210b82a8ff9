-- All that is wrong with cells: what reading found, words that are nobody's ids, and warnings that are to reject and only show
-- beside other lines, or beside who is there already.
SELECT line, place, code, value, detail FROM staged_problems
UNION ALL
SELECT line, place, 'nobodys_id', value, NULL FROM nobodys_words
UNION ALL
SELECT line, place, 'shared_mbox', value, NULL
FROM mboxes_of_many
WHERE :rejects_shared_mboxes
UNION ALL
SELECT line, NULL, 'differing_people', value, NULL
FROM lines_of_differing_people
WHERE :rejects_differing_people
UNION ALL
SELECT line, place, 'near_miss', value, existing FROM near_misses_to_reject
