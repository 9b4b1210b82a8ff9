-- The marks of these people are done with.
SELECT subject, subject_id, id FROM person_marks
