-- Who becomes somebody else, and whom: the pairs that were asked for, in their order.
SELECT m.person_id, m.into_id, m.nth
FROM unnest(CAST(:merged AS bigint[]), CAST(:into AS bigint[])) WITH ORDINALITY AS m (person_id, into_id, nth)
