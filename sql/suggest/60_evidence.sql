-- All that speaks for two people being one, the lower id first.
SELECT least(e.person_id, e.other_id) AS person_id, greatest(e.person_id, e.other_id) AS other_id, e.kind, e.value, max(e.weight) AS weight
FROM (
    SELECT person_id, other_id, kind, value, weight FROM hashed_mailboxes
    UNION ALL SELECT person_id, other_id, kind, value, weight FROM near_identifiers
    UNION ALL SELECT person_id, other_id, kind, value, weight FROM accounts_named_as_addresses
    UNION ALL SELECT person_id, other_id, kind, value, weight FROM accounts_named_as_ids
    UNION ALL SELECT person_id, other_id, kind, value, weight FROM near_custom_ids
    UNION ALL SELECT person_id, other_id, kind, value, weight FROM same_names
) AS e
GROUP BY least(e.person_id, e.other_id), greatest(e.person_id, e.other_id), e.kind, e.value
