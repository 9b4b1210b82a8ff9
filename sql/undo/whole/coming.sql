-- How many people and personas there were.
SELECT
    (SELECT count(*) FROM person_versions WHERE organisation_id = :organisation AND replaced_by = :undone)
        + (SELECT count(*) FROM persona_versions WHERE organisation_id = :organisation AND replaced_by = :undone) AS coming
