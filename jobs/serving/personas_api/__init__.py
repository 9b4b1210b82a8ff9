"""Learning Locker's Personas interface: its persona is our person, its persona identifier our persona."""
