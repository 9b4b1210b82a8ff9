-- The marks of these personas are done with.
SELECT subject, subject_id, id FROM persona_marks
