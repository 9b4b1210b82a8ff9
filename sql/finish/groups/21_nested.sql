-- Of these groups those that have others below, with all their descendants.
SELECT group_id, descendant_id
FROM below
WHERE group_id IN (SELECT b.group_id FROM below AS b WHERE b.descendant_id <> b.group_id)
