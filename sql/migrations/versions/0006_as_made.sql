-- as_made: the row stands as the import made it, and nothing has changed it since. An undo just takes it away.

CREATE OR REPLACE VIEW person_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after, false AS as_made
FROM person_states AS b
LEFT JOIN person_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS person_states), a, a.replaced_by IS NULL
FROM person_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM person_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);

CREATE OR REPLACE VIEW persona_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after, false AS as_made
FROM persona_states AS b
LEFT JOIN persona_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS persona_states), a, a.replaced_by IS NULL
FROM persona_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM persona_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);

CREATE OR REPLACE VIEW group_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after, false AS as_made
FROM group_states AS b
LEFT JOIN group_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS group_states), a, a.replaced_by IS NULL
FROM group_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM group_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);

CREATE OR REPLACE VIEW parent_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.group_id, b.parent_id, b.source_id, b AS before, a AS after, false AS as_made
FROM parent_states AS b
LEFT JOIN parent_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.group_id = b.group_id AND a.parent_id = b.parent_id AND a.source_id = b.source_id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.group_id, a.parent_id, a.source_id, CAST(NULL AS parent_states), a, a.replaced_by IS NULL
FROM parent_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM parent_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.group_id = b.group_id AND a.parent_id = b.parent_id AND a.source_id = b.source_id);

CREATE OR REPLACE VIEW membership_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.person_id, b.group_id, b.source_id, b AS before, a AS after, false AS as_made
FROM membership_states AS b
LEFT JOIN membership_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.person_id = b.person_id AND a.group_id = b.group_id AND a.source_id = b.source_id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.person_id, a.group_id, a.source_id, CAST(NULL AS membership_states), a, a.replaced_by IS NULL
FROM membership_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM membership_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.person_id = b.person_id AND a.group_id = b.group_id AND a.source_id = b.source_id);

CREATE OR REPLACE VIEW saying_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.person_id, b.source_id, b AS before, a AS after, false AS as_made
FROM saying_states AS b
LEFT JOIN saying_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.person_id = b.person_id AND a.source_id = b.source_id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.person_id, a.source_id, CAST(NULL AS saying_states), a, a.replaced_by IS NULL
FROM saying_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM saying_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.person_id = b.person_id AND a.source_id = b.source_id);
