-- What they have said goes.
SELECT id FROM said_by_them
