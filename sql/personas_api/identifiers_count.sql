-- How many personas a filter of Learning Locker's persona identifiers finds.
SELECT count(*) AS found FROM found_identifiers
