-- All interactions.
SELECT i.* FROM interactions AS i WHERE i.organisation_id = :organisation
