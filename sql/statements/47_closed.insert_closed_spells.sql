-- They have the personas for as long as nobody else has them, where that has an end.
SELECT persona_id, begins_at, ends_at, :gap_person_ids + nth AS person_id FROM gaps WHERE ends_at < 'infinity'
