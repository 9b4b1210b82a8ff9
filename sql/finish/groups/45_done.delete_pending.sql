-- The marks of these groups are done with.
SELECT subject, subject_id, id FROM group_marks
