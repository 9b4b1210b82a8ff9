-- Put what tables of our own hold into others, whose owner builds their keys and indexes last. Whether that could be.
SELECT take_in(
    (SELECT array_agg(to_regclass(quote_ident(name)) ORDER BY place) FROM unnest(CAST(:tables AS text[])) WITH ORDINALITY AS t (name, place)),
    (SELECT array_agg(to_regclass('pg_temp.' || quote_ident(name)) ORDER BY place) FROM unnest(CAST(:own AS text[])) WITH ORDINALITY AS o (name, place))
) AS taken
