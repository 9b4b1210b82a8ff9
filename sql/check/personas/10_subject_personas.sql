-- Every persona that is not pending.
SELECT id FROM personas WHERE organisation_id = :organisation
UNION
SELECT persona_id FROM persona_activity_records WHERE organisation_id = :organisation
EXCEPT
SELECT subject_id FROM pending WHERE organisation_id = :organisation AND subject = 'persona'
