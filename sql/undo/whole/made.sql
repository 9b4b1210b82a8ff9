-- Whether the import has made everybody in the database, and all of theirs, and nothing has happened to it since: nobody has
-- been replaced, by it or after it, and nothing has been said of anybody.
SELECT NOT EXISTS (SELECT FROM people WHERE organisation_id <> :organisation OR changed_by IS DISTINCT FROM :undone)
   AND NOT EXISTS (SELECT FROM personas WHERE organisation_id <> :organisation OR changed_by IS DISTINCT FROM :undone)
   AND NOT EXISTS (SELECT FROM memberships WHERE organisation_id <> :organisation OR changed_by IS DISTINCT FROM :undone)
   AND NOT EXISTS (SELECT FROM source_people WHERE organisation_id <> :organisation OR changed_by IS DISTINCT FROM :undone)
   AND NOT EXISTS (SELECT FROM closed_spells)
   AND NOT EXISTS (SELECT FROM statements)
   AND NOT EXISTS (SELECT FROM person_versions WHERE organisation_id = :organisation AND :undone IN (changed_by, replaced_by))
   AND NOT EXISTS (SELECT FROM persona_versions WHERE organisation_id = :organisation AND :undone IN (changed_by, replaced_by))
   AND NOT EXISTS (
       SELECT FROM membership_versions WHERE organisation_id = :organisation AND :undone IN (changed_by, replaced_by))
   AND NOT EXISTS (SELECT FROM saying_versions WHERE organisation_id = :organisation AND :undone IN (changed_by, replaced_by))
   AND NOT EXISTS (SELECT FROM spell_versions WHERE organisation_id = :organisation AND :undone IN (changed_by, replaced_by))
   AS wholly
