-- All organisations by name.
SELECT name FROM organisations ORDER BY name
