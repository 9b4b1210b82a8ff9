-- How many people a filter of Learning Locker's personas finds.
SELECT count(*) AS found FROM found_people
