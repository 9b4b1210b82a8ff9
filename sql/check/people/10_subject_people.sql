-- Every person who is not pending.
SELECT id FROM people WHERE organisation_id = :organisation
UNION
SELECT person_id FROM person_records WHERE organisation_id = :organisation
UNION
SELECT person_id FROM person_activity_records WHERE organisation_id = :organisation
EXCEPT
SELECT subject_id FROM pending WHERE organisation_id = :organisation AND subject = 'person'
