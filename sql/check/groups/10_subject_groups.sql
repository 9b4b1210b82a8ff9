-- Every group that is not pending.
SELECT id FROM groups WHERE organisation_id = :organisation
UNION
SELECT group_id FROM group_records WHERE organisation_id = :organisation
EXCEPT
SELECT subject_id FROM pending WHERE organisation_id = :organisation AND subject = 'group'
