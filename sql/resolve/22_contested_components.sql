-- Components whose lines name two custom_ids would make one person of two; --contested decides.
SELECT k.component
FROM linked_lines AS k
WHERE NOT EXISTS (SELECT FROM rejected_after_bad AS r WHERE r.line = k.line)
GROUP BY k.component
HAVING min(k.custom_id) <> max(k.custom_id)
