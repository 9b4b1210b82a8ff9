-- Of one change: the people whose records are made at once. (Those of their groups wait for the end of the run.)
SELECT person_id AS id FROM affected_people WHERE :at_once
