-- Where the import has filled the tables, nothing is in conflict, and no foreign key is in the way: all that still is as it
-- made it goes at once, told by its own columns. (The next stage would do the same, row for row looked up.)
SELECT FROM memberships AS t
WHERE t.organisation_id = :organisation AND t.changed_by = :undone
  AND NOT EXISTS (
    SELECT FROM membership_versions AS b
    WHERE b.organisation_id = :organisation AND b.replaced_by = :undone
      AND b.person_id = t.person_id AND b.group_id = t.group_id AND b.source_id = t.source_id)
