-- What the import did to every row that it changed, with what was before and what is after. was, stays: whether the row
-- was there before, and is there after. (Numbers as subqueries reach the indexes below the views; a join would not.)
CREATE TEMP TABLE person_differences ON COMMIT DROP AS
SELECT
    c.id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    (c.before).custom_id AS old_custom_id, (c.after).custom_id AS custom_id,
    (c.before).name AS old_name, (c.after).name AS name,
    (c.before).image_url AS old_image_url, (c.after).image_url AS image_url,
    CASE WHEN (c.after).said_at < (SELECT said_below FROM listed_import) THEN (c.after).said_at END AS said_at
FROM person_changes AS c
WHERE c.organisation_id = (SELECT organisation_id FROM listed_import)
  AND c.import_id = (SELECT import_id FROM listed_import);
ANALYZE person_differences;

CREATE TEMP TABLE persona_differences ON COMMIT DROP AS
SELECT
    c.id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    coalesce((c.after).ifi, (c.before).ifi) AS ifi,
    (c.before).person_id AS old_person_id, (c.after).person_id AS person_id,
    coalesce((c.before).pinned, false) AS was_pinned, coalesce((c.after).pinned, false) AS pinned,
    CASE WHEN (c.after).said_at < (SELECT said_below FROM listed_import) THEN (c.after).said_at END AS said_at
FROM persona_changes AS c
WHERE c.organisation_id = (SELECT organisation_id FROM listed_import)
  AND c.import_id = (SELECT import_id FROM listed_import);
ANALYZE persona_differences;

CREATE TEMP TABLE group_differences ON COMMIT DROP AS
SELECT
    c.id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    (c.before).custom_id AS old_custom_id, (c.after).custom_id AS custom_id,
    (c.before).name AS old_name, (c.after).name AS name,
    (c.before).type AS old_type, (c.after).type AS type,
    CASE WHEN (c.after).said_at < (SELECT said_below FROM listed_import) THEN (c.after).said_at END AS said_at
FROM group_changes AS c
WHERE c.organisation_id = (SELECT organisation_id FROM listed_import)
  AND c.import_id = (SELECT import_id FROM listed_import);
ANALYZE group_differences;

CREATE TEMP TABLE membership_differences ON COMMIT DROP AS
SELECT
    c.person_id, c.group_id, c.source_id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    CASE WHEN (c.after).said_at < (SELECT said_below FROM listed_import) THEN (c.after).said_at END AS said_at
FROM membership_changes AS c
WHERE c.organisation_id = (SELECT organisation_id FROM listed_import)
  AND c.import_id = (SELECT import_id FROM listed_import);
ANALYZE membership_differences;

CREATE TEMP TABLE parent_differences ON COMMIT DROP AS
SELECT
    c.group_id, c.parent_id, c.source_id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    CASE WHEN (c.after).said_at < (SELECT said_below FROM listed_import) THEN (c.after).said_at END AS said_at
FROM parent_changes AS c
WHERE c.organisation_id = (SELECT organisation_id FROM listed_import)
  AND c.import_id = (SELECT import_id FROM listed_import);
ANALYZE parent_differences;
