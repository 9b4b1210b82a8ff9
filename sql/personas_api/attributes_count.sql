-- How many people have such an attribute.
SELECT count(*) AS found FROM found_attributes
