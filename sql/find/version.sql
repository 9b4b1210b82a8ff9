-- The last import that changed a person, what they have, or what they had. (+ 0: else the planner would go through all versions
-- from the last one on, until it meets one of this person.)
SELECT greatest(
    (SELECT max(p.changed_by) FROM people AS p WHERE p.organisation_id = :organisation AND p.id = :person),
    (SELECT max(v.replaced_by + 0) FROM person_versions AS v WHERE v.organisation_id = :organisation AND v.id = :person),
    (SELECT max(q.changed_by) FROM personas AS q WHERE q.organisation_id = :organisation AND q.person_id = :person),
    (SELECT max(v.replaced_by + 0) FROM persona_versions AS v WHERE v.organisation_id = :organisation AND v.person_id = :person),
    (SELECT max(c.changed_by) FROM closed_spells AS c WHERE c.organisation_id = :organisation AND c.person_id = :person),
    (SELECT max(v.replaced_by + 0) FROM spell_versions AS v WHERE v.organisation_id = :organisation AND v.person_id = :person),
    (SELECT max(m.changed_by) FROM memberships AS m WHERE m.organisation_id = :organisation AND m.person_id = :person),
    (SELECT max(v.replaced_by + 0)
     FROM membership_versions AS v WHERE v.organisation_id = :organisation AND v.person_id = :person)
) AS version
