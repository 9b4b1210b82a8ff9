-- And the marks are done with.
SELECT subject, subject_id, id FROM group_marks
