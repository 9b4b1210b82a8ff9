-- They have the personas from then on, where the gap has no end.
SELECT persona_id AS id, :gap_ids + nth AS person_id, begins_at FROM gaps WHERE ends_at = 'infinity'
