-- The pairs, the likeliest first.
SELECT s.person_id, s.custom_id, s.name, s.other_id, s.other_custom_id, s.other_name, s.score, s.evidence
FROM suggestions AS s
WHERE s.score >= CAST(:least AS numeric)
ORDER BY s.score DESC, s.person_id, s.other_id
LIMIT CAST(:limit AS bigint)
