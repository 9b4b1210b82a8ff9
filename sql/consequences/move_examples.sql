-- The first claims, takeovers and splits, as the summary shows them: which persona, from whom, to whom, since when.
SELECT m.taken, m.splits, m.ifi, CASE WHEN m.splits THEN m.begins_at END AS begins_at, m.from_id, f.custom_id AS from_custom_id, f.name AS from_name,
       m.to_id, coalesce(t.custom_id, g.custom_id) AS to_custom_id, coalesce(t.name, g.name) AS to_name
FROM (SELECT *, row_number() OVER (PARTITION BY taken, splits ORDER BY line, ifi) AS nth FROM moves) AS m
LEFT JOIN people AS f ON f.organisation_id = :organisation AND f.id = m.from_id
LEFT JOIN people AS t ON t.organisation_id = :organisation AND t.id = m.to_id
LEFT JOIN given AS g ON g.person_id = m.to_id
WHERE m.nth <= 5
ORDER BY m.taken, m.splits, m.nth
