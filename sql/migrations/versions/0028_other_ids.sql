-- What another system called the records that an import (given_by) has brought: a persona there, who is a person here, or what
-- they had as an attribute (person_id); and an identifier there, which is a persona here (persona_id).
CREATE TABLE other_ids (
    organisation_id integer NOT NULL,
    record          text    COLLATE "C" NOT NULL,
    other_id        bytea   NOT NULL,
    given_by        bigint  NOT NULL,
    person_id       bigint,
    persona_id      bigint,
    CONSTRAINT other_ids_pkey PRIMARY KEY (organisation_id, record, other_id, given_by)
);
CREATE INDEX other_ids_by_person ON other_ids (organisation_id, person_id);
CREATE INDEX other_ids_by_persona ON other_ids (organisation_id, persona_id);

-- Which run takes back which is asked for one of them at a time.
CREATE INDEX undoing_imports ON imports (organisation_id, undoes) WHERE undoes IS NOT NULL;
