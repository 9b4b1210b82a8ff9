-- How many rows some imports have replaced.
SELECT
    (SELECT count(*) FROM person_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])))
    + (SELECT count(*) FROM persona_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])))
    + (SELECT count(*) FROM spell_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])))
    + (SELECT count(*) FROM group_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])))
    + (SELECT count(*) FROM group_type_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])))
    + (SELECT count(*) FROM parent_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])))
    + (SELECT count(*) FROM membership_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])))
    + (SELECT count(*) FROM saying_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[])))
    + (SELECT count(*) FROM group_saying_versions WHERE organisation_id = :organisation AND replaced_by = ANY (CAST(:imports AS bigint[]))) AS versions
