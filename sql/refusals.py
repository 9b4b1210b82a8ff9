"""Why a database lets nobody in, in our own words, and whether trying again helps.

libpq says it in a text alone, without a code; and what it quotes of the URL may be a password (`postgresql://app/s3cret`).
So nothing of its text is shown: it is only looked at.
"""

from __future__ import annotations

import re

# The first that fits counts. True: trying again may help.
_REFUSALS = (
    (r"password authentication failed|no password supplied|scram|password", "the user or the password is wrong", False),
    (r"pg_hba\.conf", "the server lets this user not in from here (its pg_hba.conf)", False),
    (r"authentication failed|authenticat|channel binding|gss|krb|oauth", "the server does not let this user in", False),
    (r'fatal: .*role ""', "there is no such user, or it may not log in", False),
    (r'fatal: .*database "" does not exist', "there is no database of that name", False),
    (r"permission denied for database", "the user may not connect to this database", False),
    (r"starting up|shutting down|recovery|not yet accepting|terminating", "the server is starting or stopping", True),
    (r"too many|connection slots|remaining connection", "the server has no connection left", True),
    (r"fatal:", "the server refuses the connection", False),
    (r"resolve|translate host|name or service|nodename", "no host of that name is known", True),
    (r"ssl|certificate|private key|crl", "no secure connection comes about as it is asked for", False),
    (r"service", "its service is not defined", False),
    (r"invalid|missing|unrecognized|unsupported|could not match|too long", "PostgreSQL cannot use its URL", False),
    (r"session is|server is (not )?in|read-only", "no server of those named is as the URL asks for", True),
    (r"timeout|timed out", "there is no answer", True),
    (r"refused|no such file|unreachable|no route", "nothing answers there", True),
)


def refusal(said: str) -> tuple[str, bool]:
    """From libpq's text of a failed connection: a clause in our own words, and whether to try again."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", '""', said.lower())  # names may be anything
    for pattern, words, again in _REFUSALS:
        if re.search(pattern, text):
            return words, again
    return "it cannot be reached", True
