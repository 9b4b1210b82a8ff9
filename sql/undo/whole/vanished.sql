-- Whether nobody is in the database, and the undone import has replaced everybody there was, and all of theirs: all can come
-- back as they were, for whatever leans on something comes back with it.
SELECT NOT EXISTS (SELECT FROM people)
   AND NOT EXISTS (SELECT FROM personas)
   AND NOT EXISTS (SELECT FROM spell_versions WHERE organisation_id = :organisation AND replaced_by = :undone)
   AND EXISTS (SELECT FROM person_versions WHERE organisation_id = :organisation AND replaced_by = :undone)
   AND NOT EXISTS (SELECT FROM person_versions WHERE organisation_id = :organisation AND changed_by = :undone)
   AND NOT EXISTS (SELECT FROM persona_versions WHERE organisation_id = :organisation AND changed_by = :undone)
   AND NOT EXISTS (SELECT FROM membership_versions WHERE organisation_id = :organisation AND changed_by = :undone)
   AND NOT EXISTS (SELECT FROM saying_versions WHERE organisation_id = :organisation AND changed_by = :undone)
   AND NOT EXISTS (
       SELECT
       FROM (
           SELECT person_id FROM persona_versions WHERE organisation_id = :organisation AND replaced_by = :undone
           UNION ALL
           SELECT person_id FROM membership_versions WHERE organisation_id = :organisation AND replaced_by = :undone
           UNION ALL
           SELECT person_id FROM saying_versions WHERE organisation_id = :organisation AND replaced_by = :undone
       ) AS n
       WHERE NOT EXISTS (
           SELECT FROM person_versions AS p
           WHERE p.organisation_id = :organisation AND p.replaced_by = :undone AND p.id = n.person_id))
   AND NOT EXISTS (
       SELECT
       FROM person_versions AS p
       WHERE p.organisation_id = :organisation AND p.replaced_by = :undone
         AND NOT EXISTS (
           SELECT FROM persona_versions AS q
           WHERE q.organisation_id = :organisation AND q.replaced_by = :undone AND q.person_id = p.id))
   AND NOT EXISTS (
       SELECT
       FROM (SELECT DISTINCT group_id FROM membership_versions
             WHERE organisation_id = :organisation AND replaced_by = :undone) AS n
       WHERE NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.id = n.group_id)
         AND NOT EXISTS (
           SELECT FROM group_versions AS v
           WHERE v.organisation_id = :organisation AND v.replaced_by = :undone AND v.id = n.group_id
             AND NOT EXISTS (
               SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.custom_id = v.custom_id)))
   AS wholly
