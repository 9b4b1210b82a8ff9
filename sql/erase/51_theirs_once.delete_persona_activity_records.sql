-- So do those of the times in which they had what stays.
SELECT persona_id, begins_at FROM their_spells
