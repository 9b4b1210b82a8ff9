-- The figures of the summary.
SELECT
    people.created + set_apart.n + gaps.n AS people_created, people.updated AS people_updated,
    people.deleted + agents.n + gone.people AS people_deleted,
    personas.created AS personas_created, moved.n + set_apart.n AS personas_moved, personas.deleted + gone.personas AS personas_deleted,
    groups.created AS groups_created, groups.updated AS groups_updated, groups.deleted AS groups_deleted,
    parents.added AS parents_added, parents.removed AS parents_removed,
    memberships.added AS memberships_added, memberships.removed + gone.memberships AS memberships_removed,
    pending.people AS pending_people, pending.groups AS pending_groups
FROM (SELECT count(*) FILTER (WHERE how = 'insert') AS created, count(*) FILTER (WHERE how = 'update') AS updated,
             count(*) FILTER (WHERE how = 'delete') AS deleted
      FROM clear_people) AS people
CROSS JOIN (SELECT count(*) FILTER (WHERE how = 'insert') AS created, count(*) FILTER (WHERE how = 'delete') AS deleted
            FROM clear_personas) AS personas
CROSS JOIN (SELECT count(*) FILTER (WHERE how = 'insert') AS created, count(*) FILTER (WHERE how = 'update') AS updated,
                   count(*) FILTER (WHERE how = 'delete') AS deleted
            FROM clear_groups) AS groups
CROSS JOIN (SELECT count(*) FILTER (WHERE how = 'insert') AS added, count(*) FILTER (WHERE how = 'delete') AS removed
            FROM clear_parents) AS parents
CROSS JOIN (SELECT count(*) FILTER (WHERE how = 'insert') AS added, count(*) FILTER (WHERE how = 'delete') AS removed
            FROM clear_memberships) AS memberships
CROSS JOIN (SELECT count(DISTINCT persona_id) AS n FROM moves) AS moved
CROSS JOIN (SELECT count(*) AS n FROM dropped) AS set_apart
CROSS JOIN (SELECT count(*) AS n FROM emptied_agents) AS agents
CROSS JOIN (SELECT count(*) AS n FROM gaps) AS gaps
CROSS JOIN (SELECT CAST(coalesce(sum(people), 0) AS bigint) AS people, CAST(coalesce(sum(personas), 0) AS bigint) AS personas,
                   CAST(coalesce(sum(memberships), 0) AS bigint) AS memberships
            FROM gone) AS gone
CROSS JOIN (SELECT (SELECT count(*) FROM affected_people) AS people,
                   (SELECT count(*) FROM affected_with_ancestors) AS groups) AS pending
