-- How many rows an import has replaced.
SELECT
    (SELECT count(*) FROM person_versions WHERE organisation_id = :organisation AND replaced_by = :import)
    + (SELECT count(*) FROM persona_versions WHERE organisation_id = :organisation AND replaced_by = :import)
    + (SELECT count(*) FROM group_versions WHERE organisation_id = :organisation AND replaced_by = :import)
    + (SELECT count(*) FROM parent_versions WHERE organisation_id = :organisation AND replaced_by = :import)
    + (SELECT count(*) FROM membership_versions WHERE organisation_id = :organisation AND replaced_by = :import)
    + (SELECT count(*) FROM saying_versions WHERE organisation_id = :organisation AND replaced_by = :import)
    + (SELECT count(*) FROM group_saying_versions WHERE organisation_id = :organisation AND replaced_by = :import) AS versions
