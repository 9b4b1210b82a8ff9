-- What was done, as one row: the figures of the summary.
SELECT
    (SELECT count(*) FROM staged_lines) + coalesce((SELECT people FROM plain_newcomer_counts), 0)
        + :skipped + (SELECT count(*) FROM staged_group_lines) AS rows,
    (SELECT count(*) FROM rejects) + (SELECT count(*) FROM group_rejects) AS rejected,
    (SELECT count(*) FROM all_reject_reasons WHERE again) AS rejected_again,
    (SELECT count(*) FROM waiting_lines) AS waiting,
    (SELECT count(*)
     FROM staged_lines AS l
     LEFT JOIN linked_after_contests AS j ON j.line = l.line
     JOIN targets AS t ON t.component = coalesce(j.component, l.line)
     WHERE t.how <> 'new' AND NOT EXISTS (SELECT FROM touched_people AS x WHERE x.person_id = t.person_id))
        + :skipped - (SELECT count(*) FROM unchanged_people_touched)
        + (SELECT count(*)
           FROM staged_group_lines AS l
           JOIN known_groups AS n USING (custom_id)
           WHERE NOT EXISTS (SELECT FROM group_rejects AS r WHERE r.line = l.line)
             AND NOT EXISTS (SELECT FROM touched_groups AS t WHERE t.group_id = n.id)) AS unchanged,
    (SELECT count(*) FROM newcomers) + coalesce((SELECT people FROM plain_newcomer_counts), 0)
        + (SELECT count(*) FROM dropped WHERE to_id IS NOT NULL) AS people_created,
    (SELECT count(*)
     FROM (SELECT id AS person_id FROM changed_people UNION SELECT person_id FROM renamed_people
           UNION SELECT person_id FROM released_people) AS c
     WHERE NOT EXISTS (SELECT FROM emptied_people AS e WHERE e.person_id = c.person_id)) AS people_updated,
    (SELECT count(*) FROM emptied_people) AS people_deleted,
    (SELECT count(*) FROM claims WHERE persona_id IS NULL) + coalesce((SELECT personas FROM plain_newcomer_counts), 0)
        - (SELECT count(*) FROM withdrawn_claims WHERE persona_id IS NULL)
        + (SELECT count(*) FROM ended_personas) AS personas_created,
    (SELECT count(*) FROM moves WHERE NOT taken AND NOT splits) AS personas_claimed,
    (SELECT count(*) FROM moves WHERE taken AND NOT splits) AS personas_taken,
    (SELECT count(*) FROM moves WHERE splits) AS personas_split,
    (SELECT count(*) FROM (SELECT persona_id FROM dropped UNION SELECT persona_id FROM ended_spells_let_go) AS d) AS personas_dropped,
    (SELECT count(DISTINCT o.ifi) FROM passed_over AS o
     WHERE o.why IN ('contested', 'takeover', 'pinned', 'since_future', 'had_by_another')
       AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = o.line)) AS personas_left,
    (SELECT count(*) FROM new_groups) AS groups_created,
    (SELECT count(*) FROM (SELECT id AS group_id FROM changed_groups UNION SELECT group_id FROM renamed_groups) AS c)
        AS groups_updated,
    (SELECT count(*) FROM new_parents) AS parents_added,
    (SELECT count(*) FROM stale_parents) AS parents_removed,
    (SELECT count(*) FROM added_memberships) + coalesce((SELECT memberships FROM plain_newcomer_counts), 0) AS memberships_added,
    (SELECT count(*) FROM removed_memberships) AS memberships_removed,
    (SELECT count(*) FROM emptied_memberships WHERE source_id <> :source) AS memberships_of_others,
    (SELECT count(*) FROM affected_people) AS pending_people,
    (SELECT count(*) FROM affected_with_ancestors) AS pending_groups,
    (SELECT count(*) FROM near_misses) AS near_misses,
    (SELECT count(*) FROM cycles) AS group_cycles,
    (SELECT count(*) FROM leavers) AS leavers,
    (SELECT count(*) FROM released_people) AS leavers_released,
    (SELECT count(*) FROM lines_of_anybody) AS leavers_held,
    (SELECT count(*) FROM near_ids AS n WHERE NOT EXISTS (SELECT FROM id_rejects AS r WHERE r.line = n.component))
        AS near_ids,
    (SELECT count(*) FROM renamed_of_others) AS renamed_of_others
