-- Targets that may have more than one line: only one that shares a key between lines, or that lines without a custom_id found.
SELECT t.person_id FROM targets AS t WHERE t.stated IS NULL
UNION
SELECT t.person_id FROM linked_after_contests AS j JOIN targets AS t USING (component)
