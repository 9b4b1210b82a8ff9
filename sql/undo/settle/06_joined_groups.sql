-- And the groups that they are in.
SELECT DISTINCT m.group_id FROM memberships AS m WHERE :wholly_back AND m.organisation_id = :organisation
