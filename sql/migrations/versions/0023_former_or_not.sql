-- Who has a custom_id has no former one: the one that somebody has is theirs, the other is whose lines come with it. (Of rows
-- that had both, as a line of a newcomer's custom_id and another of a former one may have left them, the former one goes.)
UPDATE people SET former_custom_id = NULL, lost_at = NULL WHERE custom_id IS NOT NULL AND former_custom_id IS NOT NULL;
UPDATE person_versions SET former_custom_id = NULL, lost_at = NULL WHERE custom_id IS NOT NULL AND former_custom_id IS NOT NULL;
ALTER TABLE people ADD CONSTRAINT who_has_a_custom_id_has_no_former_one CHECK (custom_id IS NULL OR former_custom_id IS NULL);
