-- How many pairs each kind of evidence speaks for.
SELECT k.kind, count(*) AS pairs
FROM suggestions AS s
CROSS JOIN unnest(s.kinds) AS k (kind)
WHERE s.score >= CAST(:least AS numeric)
GROUP BY k.kind
ORDER BY k.kind
