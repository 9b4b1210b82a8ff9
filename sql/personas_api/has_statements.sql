-- Whether a statement is of this persona.
SELECT EXISTS (
    SELECT FROM statements AS t WHERE t.organisation_id = :organisation AND t.persona_id = CAST(:persona AS bigint)
) AS has_statements
