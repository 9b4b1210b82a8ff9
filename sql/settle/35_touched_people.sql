-- Everybody whom anything has happened to. (A person with an id of this import's block is new, and needs no look.)
SELECT id AS person_id FROM changed_people
UNION SELECT person_id FROM renamed_people
UNION SELECT person_id FROM released_people
UNION SELECT from_id FROM moves WHERE from_id IS NOT NULL
UNION SELECT to_id FROM moves
UNION SELECT from_id FROM dropped
UNION SELECT person_id FROM added_memberships WHERE CAST(:newcomer_ids AS bigint) IS NULL OR person_id <= :newcomer_ids
UNION SELECT person_id FROM removed_memberships
UNION SELECT person_id FROM emptied_people
UNION SELECT person_id FROM ended_spells_other
UNION SELECT person_id FROM ended_spells_to_openings WHERE person_id IS NOT NULL
UNION SELECT person_id FROM ended_spells_given_up
UNION SELECT t.person_id FROM claims AS c JOIN targets AS t USING (component)
      WHERE c.persona_id IS NULL AND t.how <> 'new'
        AND NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place)
