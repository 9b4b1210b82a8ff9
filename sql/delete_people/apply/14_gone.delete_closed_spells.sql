-- Ended spells that are of nobody.
SELECT persona_id, begins_at FROM gone_spells
