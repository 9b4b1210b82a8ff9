-- They have the personas from the end of the last spell on, where the gap has no end.
SELECT persona_id AS id, :gap_person_ids + nth AS person_id, begins_at FROM gaps WHERE ends_at = 'infinity'
