-- All people's records per activity, as they are put in place.
SELECT r.* FROM person_activity_records AS r WHERE r.organisation_id = :organisation
