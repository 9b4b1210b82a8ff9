-- The newest mark of a level; null where nothing is pending.
SELECT max(id) AS newest FROM pending WHERE organisation_id = :organisation AND subject = :subject
