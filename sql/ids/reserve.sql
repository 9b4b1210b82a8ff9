-- Reserve a block of ids: gives the id before the first.
SELECT reserve_ids(CAST(:sequence AS regclass), CAST(:wanted AS bigint)) AS base
