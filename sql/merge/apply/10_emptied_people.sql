-- Who has become somebody else goes.
SELECT m.person_id, m.custom_id FROM merging_people AS m WHERE m.nth > 0
