-- What some imports replaced is forgotten; what it was, on which files, and its figures stay.
WITH people_gone AS (
    DELETE FROM person_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
personas_gone AS (
    DELETE FROM persona_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
spells_gone AS (
    DELETE FROM spell_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
groups_gone AS (
    DELETE FROM group_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
types_gone AS (
    DELETE FROM group_type_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
parents_gone AS (
    DELETE FROM parent_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
memberships_gone AS (
    DELETE FROM membership_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
sayings_gone AS (
    DELETE FROM saying_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
group_sayings_gone AS (
    DELETE FROM group_saying_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])) RETURNING 1
),
left_gone AS (
    DELETE FROM left_personas WHERE organisation_id = :organisation AND import_id = ANY (CAST(:imports AS bigint[]))
),
marked AS (
    UPDATE imports SET pruned = true WHERE organisation_id = :organisation AND id = ANY (CAST(:imports AS bigint[])) RETURNING 1
)
SELECT
    (SELECT count(*) FROM people_gone) + (SELECT count(*) FROM personas_gone) + (SELECT count(*) FROM groups_gone)
    + (SELECT count(*) FROM types_gone)
    + (SELECT count(*) FROM parents_gone) + (SELECT count(*) FROM memberships_gone)
    + (SELECT count(*) FROM spells_gone) + (SELECT count(*) FROM sayings_gone) + (SELECT count(*) FROM group_sayings_gone) AS versions,
    (SELECT count(*) FROM marked) AS imports
